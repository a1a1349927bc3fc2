/** History over a range that is chosen in the address, as charts or as tables of the same points. */
import { Alert, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useSearchState } from '@/frame/useSearchState';

import { HistoryFigure, type Source } from './HistoryFigure';
import classes from './HistoryPanel.module.css';
import type { ChartKind } from './metrics';
import { figuresOf } from './points';
import { parseRange, RANGES } from './ranges';
import type { Tail } from './tail';
import { type History, type HistorySource, useHistory } from './useHistory';

interface Props {
  readonly source: HistorySource;
  readonly charts: readonly ChartKind[];
  /** What a stream has told since. */
  readonly tail?: Tail;
}

export function HistoryPanel({ source, charts, tail }: Props) {
  const { t } = useTranslation();
  const { get, set } = useSearchState();
  const range = parseRange(get('range'));
  const asTable = get('view') === 'table';
  const query = useHistory(source, range);
  return (
    <Panel
      title={t('statistics.history')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('statistics.view')}
          value={asTable ? 'table' : 'chart'}
          onChange={(view) => set('view', view === 'table' ? view : undefined)}
          data={[
            { value: 'chart', label: t('statistics.chart') },
            { value: 'table', label: t('statistics.table') },
          ]}
        />
      }
    >
      <div className={classes.ranges}>
        <SegmentedControl
          size="sm"
          aria-label={t('statistics.range')}
          value={range}
          onChange={(chosen) => set('range', chosen === '1h' ? undefined : chosen)}
          data={RANGES.map((value) => ({ value, label: t(`statistics.ranges.${value}`) }))}
        />
      </div>
      {query.error && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data ? (
        <Stack aria-busy={query.isPlaceholderData} opacity={query.isPlaceholderData ? 0.5 : 1}>
          <Shown history={query.data} charts={charts} tail={tail} asTable={asTable} />
        </Stack>
      ) : (
        <Skeletons charts={charts} />
      )}
    </Panel>
  );
}

interface ShownProps {
  readonly history: History;
  readonly charts: readonly ChartKind[];
  readonly tail: Tail | undefined;
  readonly asTable: boolean;
}

function Shown({ history, charts, tail, asTable }: ShownProps) {
  const { t } = useTranslation();
  const { range, answer } = history;
  // Of the longer ranges the stream would add less than a point.
  const live = range === '1h' ? tail : undefined;
  const looks = live?.looks;
  const figures = useMemo(() => figuresOf(answer, looks ?? []), [answer, looks]);
  const end = Math.max(history.end, live?.time ?? 0);
  const start = end - (history.end - history.start);
  const source = useMemo(
    (): Source => ({ figures, answer, stretch: { range, start, end } }),
    [figures, answer, range, start, end],
  );
  const shown = charts.filter(
    ({ optional, lines }) => !optional || lines.some((line) => figures.lines[line].length > 0),
  );
  if (Object.values(figures.lines).every((points) => points.length === 0))
    return <Alert color="gray">{t('statistics.nothing')}</Alert>;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('statistics.legend')}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
        {shown.map((kind, turn) => (
          <HistoryFigure key={kind.name} kind={kind} source={source} turn={turn} asTable={asTable} />
        ))}
      </SimpleGrid>
    </>
  );
}

function Skeletons({ charts }: { readonly charts: readonly ChartKind[] }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} role="status" aria-busy aria-label={t('common.loading')}>
      {charts.map(({ name }) => (
        <Skeleton key={name} height={260} />
      ))}
    </SimpleGrid>
  );
}
