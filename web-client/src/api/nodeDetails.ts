/** All there is to know of one node at this moment, live, for as long as its page shows it. */
import { createClient } from '@connectrpc/connect';
import { Nodes, type NodeStats } from '@hostler/client';
import { useEffect, useState } from 'react';

import { useApi } from './ApiContext';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;

export interface NodeDetails {
  /** Undefined while nothing has come. */
  readonly stats: NodeStats | undefined;
  /** Why there is nothing to be had. */
  readonly error: unknown;
  readonly retry: () => void;
}

export function useNodeDetails(nodeId: string): NodeDetails {
  const { transport, streams } = useApi();
  const [stats, setStats] = useState<NodeStats>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const client = createClient(Nodes, transport);
    void watch({
      open: (signal) => client.watchNodeStats({ nodeIds: [nodeId], details: true }, { signal }),
      onMessage: ({ event }) => {
        if (event.case === 'snapshot' || event.case === 'changes') setStats(event.value.stats[0]);
      },
      onOpen: () => setError(undefined),
      onRefused: setError,
      onState: (state) => {
        if (state === 'reconnecting') setStats((before) => before && { ...before, stale: true });
      },
      silence: SILENCE,
      streams,
      signal: controller.signal,
    });
    return () => controller.abort();
  }, [transport, streams, nodeId, attempt]);
  return {
    stats: stats?.nodeId === nodeId ? stats : undefined,
    error,
    retry: () => setAttempt((before) => before + 1),
  };
}
