/** History over a range that is chosen in the address, as charts or as tables of the same points. */
import { Alert, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useSearchState } from '@/frame/useSearchState';

import { HistoryFigure, type Source } from './HistoryFigure';
import classes from './HistoryPanel.module.css';
import { CHARTS } from './metrics';
import { figuresOf } from './points';
import { parseRange, RANGES } from './ranges';
import { type History, useHistory } from './useHistory';
import { type Tail, useLiveTail } from './useLiveTail';

export function HistoryPanel({ serverId }: { readonly serverId: string }) {
  const { t } = useTranslation();
  const { get, set } = useSearchState();
  const range = parseRange(get('range'));
  const asTable = get('view') === 'table';
  const query = useHistory(serverId, range);
  const tail = useLiveTail(serverId);
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
          <Shown history={query.data} tail={tail} asTable={asTable} />
        </Stack>
      ) : (
        <Skeletons />
      )}
    </Panel>
  );
}

interface ShownProps {
  readonly history: History;
  readonly tail: Tail;
  readonly asTable: boolean;
}

function Shown({ history, tail, asTable }: ShownProps) {
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
  if (Object.values(figures.lines).every((points) => points.length === 0))
    return <Alert color="gray">{t('statistics.nothing')}</Alert>;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('statistics.legend')}
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg" verticalSpacing="lg">
        {CHARTS.map((kind, turn) => (
          <HistoryFigure key={kind.name} kind={kind} source={source} turn={turn} asTable={asTable} />
        ))}
      </SimpleGrid>
    </>
  );
}

function Skeletons() {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} role="status" aria-busy aria-label={t('common.loading')}>
      {CHARTS.map(({ name }) => (
        <Skeleton key={name} height={260} />
      ))}
    </SimpleGrid>
  );
}
