/** The containers of one node, live, for as long as its page shows them. */
import { createClient } from '@connectrpc/connect';
import { type Container, Containers, type NodeContainers } from '@hostler/client';
import { useEffect, useState } from 'react';

import { useApi } from './ApiContext';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;

/** What is known of a node's containers. */
export interface KnownContainers extends Pick<NodeContainers, 'nodeId' | 'engine' | 'problem' | 'stale'> {
  /** By id; a new map for every change. */
  readonly containers: ReadonlyMap<string, Container>;
}

export interface LiveContainers {
  /** Undefined while nothing has come. */
  readonly known: KnownContainers | undefined;
  /** Why there is nothing to be had. */
  readonly error: unknown;
  readonly retry: () => void;
}

export function useNodeContainers(nodeId: string): LiveContainers {
  const { transport, streams } = useApi();
  const [known, setKnown] = useState<KnownContainers>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const client = createClient(Containers, transport);
    void watch({
      open: (signal) => client.watchContainers({ nodeIds: [nodeId] }, { signal }),
      onMessage: ({ event }) => {
        if (event.case === 'changed') setKnown((before) => merged(before, event.value));
      },
      onOpen: () => setError(undefined),
      onRefused: setError,
      onState: (state) => {
        if (state === 'reconnecting') setKnown((before) => before && { ...before, stale: true });
      },
      silence: SILENCE,
      streams,
      signal: controller.signal,
    });
    return () => controller.abort();
  }, [transport, streams, nodeId, attempt]);
  return {
    known: known?.nodeId === nodeId ? known : undefined,
    error,
    retry: () => setAttempt((before) => before + 1),
  };
}

/** What is known after news. */
function merged(before: KnownContainers | undefined, news: NodeContainers): KnownContainers {
  const keeps = !news.complete && before?.nodeId === news.nodeId;
  const containers = new Map(keeps ? before.containers : []);
  for (const id of news.removedContainerIds) containers.delete(id);
  for (const container of news.containers) containers.set(container.id, container);
  const { nodeId, engine, problem, stale } = news;
  return { nodeId, engine, problem, stale, containers };
}
