/** What a server has used, up to this moment. */
import { Monitoring } from '@hostler/client';
import { useMemo } from 'react';

import { useClient } from '@/api/useClient';
import { HistoryPanel } from '@/statistics/HistoryPanel';
import { CHARTS } from '@/statistics/metrics';
import type { HistorySource } from '@/statistics/useHistory';

import { useLiveTail } from './useLiveTail';

export function ServerHistory({ serverId }: { readonly serverId: string }) {
  const client = useClient(Monitoring);
  const tail = useLiveTail(serverId);
  const source = useMemo(
    (): HistorySource => ({
      id: serverId,
      ask: (question, options) => client.queryStats({ serverId, ...question }, options),
      live: true,
    }),
    [client, serverId],
  );
  return <HistoryPanel source={source} charts={CHARTS} tail={tail} />;
}
