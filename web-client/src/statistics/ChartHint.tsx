/** What a chart says of the moment that is pointed at. */
import { Group, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import { LineSample } from './LineSample';
import type { ChartKind } from './metrics';
import { bandOf, type Row } from './points';
import { useUnit } from './useUnit';

interface Props {
  readonly kind: ChartKind;
  readonly time: number;
  /** Undefined where nothing is known. */
  readonly row: Row | undefined;
}

export function ChartHint({ kind, time, row }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useUnit(kind.unit);
  if (!row || !Number.isFinite(time)) return null;
  return (
    <Paper withBorder shadow="sm" px="sm" py={6} radius="md">
      <Text size="xs" c="dimmed">
        {format.moment(new Date(time))}
      </Text>
      {kind.lines.map((line, index) => {
        const average = row[line];
        const band = row[bandOf(line)];
        return (
          <Group key={line} gap={6} wrap="nowrap">
            {kind.lines.length > 1 && <LineSample index={index} />}
            <Text size="sm">
              {kind.lines.length > 1 && `${t(`statistics.lines.${line}`)}: `}
              {typeof average === 'number' && Array.isArray(band)
                ? t('statistics.summary', { average: write(average), highest: write(Number(band[1])) })
                : t('statistics.unknown')}
            </Text>
          </Group>
        );
      })}
    </Paper>
  );
}
