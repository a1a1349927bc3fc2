/** The points of a chart as a table, the newest first: for those who do not see charts, and for those who want figures. */
import { Table } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import classes from './HistoryTable.module.css';
import type { ChartKind } from './metrics';
import type { Figures } from './points';
import { useUnit } from './useUnit';

interface Props {
  readonly kind: ChartKind;
  readonly figures: Figures;
  readonly labelledBy: string;
}

export function HistoryTable({ kind, figures, labelledBy }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useUnit(kind.unit);
  const several = kind.lines.length > 1;
  const times = useMemo(
    () =>
      [...new Set(kind.lines.flatMap((line) => figures.lines[line].map(({ time }) => time)))].sort(
        (a, b) => b - a,
      ),
    [kind, figures],
  );
  const byTime = useMemo(
    () => kind.lines.map((line) => new Map(figures.lines[line].map((point) => [point.time, point]))),
    [kind, figures],
  );
  return (
    // What scrolls can be scrolled by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} tabIndex={0} role="region" aria-labelledby={labelledBy}>
      <Table stickyHeader aria-labelledby={labelledBy} className={classes.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('statistics.columns.time')}</Table.Th>
            {kind.lines.flatMap((line) =>
              (['average', 'highest'] as const).map((what) => (
                <Table.Th key={`${line} ${what}`} scope="col" ta="end">
                  {several && `${t(`statistics.lines.${line}`)}, `}
                  {t(`statistics.columns.${what}`)}
                </Table.Th>
              )),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times.map((time) => (
            <Table.Tr key={time}>
              <Table.Td>
                <time dateTime={new Date(time).toISOString()}>{format.moment(new Date(time))}</time>
              </Table.Td>
              {byTime.flatMap((points, index) => {
                const point = points.get(time);
                return [point?.average, point?.maximum].map((value, column) => (
                  <Table.Td key={`${index} ${column}`} ta="end">
                    {value === undefined ? '–' : write(value)}
                  </Table.Td>
                ));
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
