/** What a machine has used, up to now. */
import { type Node, Nodes } from '@hostler/client';
import { useMemo } from 'react';

import { useClient } from '@/api/useClient';
import { HistoryPanel } from '@/statistics/HistoryPanel';
import { NODE_CHARTS } from '@/statistics/metrics';
import type { HistorySource } from '@/statistics/useHistory';

export function NodeStatistics({ node: { id } }: { readonly node: Node }) {
  const client = useClient(Nodes);
  const source = useMemo(
    (): HistorySource => ({
      id,
      ask: (question, options) => client.queryNodeStats({ nodeId: id, ...question }, options),
      live: false,
    }),
    [client, id],
  );
  return <HistoryPanel source={source} charts={NODE_CHARTS} />;
}
