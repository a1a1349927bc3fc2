/** One chart with its name and its sums; or the table of the same points. The chart itself is heavy and comes by itself. */
import { Group, Skeleton, Text, Title } from '@mantine/core';
import { lazy, memo, Suspense, useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { axisOf } from './axes';
import { HistoryTable } from './HistoryTable';
import { LineSample } from './LineSample';
import type { ChartKind } from './metrics';
import { type Figures, type HistoryAnswer, pointsOf, rowsOf, summaryOf } from './points';
import type { Range } from './ranges';
import { useTurn } from './useTurn';
import { useUnit } from './useUnit';

const HistoryChart = lazy(() => import('./HistoryChart'));

export const CHART_HEIGHT = 200;

export interface Stretch {
  readonly range: Range;
  readonly start: number;
  readonly end: number;
}

/** What all figures are drawn from. */
export interface Source {
  readonly figures: Figures;
  readonly answer: HistoryAnswer;
  readonly stretch: Stretch;
}

interface Props {
  readonly kind: ChartKind;
  readonly source: Source;
  /** Its place among the figures that are drawn anew one after the other. */
  readonly turn: number;
  readonly asTable: boolean;
}

export const HistoryFigure = memo(function HistoryFigure(props: Props) {
  const { kind, source, turn, asTable } = props;
  const { figures, answer, stretch } = useTurn(source, turn);
  const { t } = useTranslation();
  const heading = useId();
  const write = useUnit(kind.unit);
  const summaries = useMemo(
    () => kind.lines.map((line) => ({ line, summary: summaryOf(figures.lines[line]) })),
    [kind, figures],
  );
  const rows = useMemo(() => rowsOf(figures, kind.lines), [figures, kind]);
  const axis = useMemo(() => {
    const limits = kind.limit === undefined ? [] : pointsOf(answer, kind.limit);
    const limit = limits.reduce((most, { maximum }) => Math.max(most, maximum), 0);
    const highest = summaries.reduce((most, { summary }) => Math.max(most, summary?.highest ?? 0), 0);
    return axisOf(kind.unit, highest, limit > 0 ? limit : undefined);
  }, [kind, answer, summaries]);
  return (
    <figure aria-labelledby={heading} style={{ minWidth: 0, margin: 0 }}>
      <Title order={3} size="h5" id={heading}>
        {t(`statistics.charts.${kind.name}`)}
      </Title>
      <Group gap="md" mb="xs">
        {summaries.map(({ line, summary }, index) => (
          <Group key={line} gap={6} wrap="nowrap">
            {summaries.length > 1 && <LineSample index={index} />}
            <Text size="sm" c="dimmed">
              {summaries.length > 1 && `${t(`statistics.lines.${line}`)}: `}
              {summary
                ? t('statistics.summary', {
                    average: write(summary.average),
                    highest: write(summary.highest),
                  })
                : t('statistics.unknown')}
            </Text>
          </Group>
        ))}
      </Group>
      {asTable ? (
        <HistoryTable kind={kind} figures={figures} labelledBy={heading} />
      ) : (
        <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>
          <HistoryChart kind={kind} rows={rows} axis={axis} stretch={stretch} labelledBy={heading} />
        </Suspense>
      )}
    </figure>
  );
});
