/** All there is to know of one node at this moment, live, for as long as its page shows it. */
import { createClient } from '@connectrpc/connect';
import { Nodes, type NodeStats } from '@hostler/client';
import { useEffect, useState } from 'react';

import { useApi } from './ApiContext';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;

/** Undefined while nothing has come. */
export function useNodeDetails(nodeId: string): NodeStats | undefined {
  const { transport, streams } = useApi();
  const [stats, setStats] = useState<NodeStats>();
  useEffect(() => {
    const controller = new AbortController();
    const client = createClient(Nodes, transport);
    void watch({
      open: (signal) => client.watchNodeStats({ nodeIds: [nodeId], details: true }, { signal }),
      onMessage: ({ event }) => {
        if (event.case === 'snapshot' || event.case === 'changes') setStats(event.value.stats[0]);
      },
      onState: (state) => {
        if (state === 'reconnecting') setStats((before) => before && { ...before, stale: true });
      },
      silence: SILENCE,
      streams,
      signal: controller.signal,
    });
    return () => controller.abort();
  }, [transport, streams, nodeId]);
  return stats?.nodeId === nodeId ? stats : undefined;
}
