/** What an answer with an operation means for the page: the server is shown as it is by now, and the work is followed to its end. */
import { createConnectQueryKey } from '@connectrpc/connect-query';
import { type Operation, Operations, type Server, Snapshots } from '@hostler/client';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';

import { useApi, useFeed } from './ApiContext';
import { ServersFeed } from './servers';

interface Accepted {
  readonly operation?: Operation | undefined;
  /** Snapshots answer without one; the stream tells then. */
  readonly server?: Server | undefined;
}

/** `subject` is what the work is done to, in the person's words: the server's name. */
export function useAccepted(): (answer: Accepted, subject: string) => void {
  const { operations } = useApi();
  const servers = useFeed(ServersFeed);
  return useCallback(
    ({ operation, server }, subject) => {
      if (server) servers.put(server);
      if (operation) operations.followToEnd({ id: operation.id, subject });
    },
    [servers, operations],
  );
}

/** Reads what belongs to a server again when the server has changed: work that begins and ends changes it. */
export function useRereadWith(server: Server | undefined): void {
  const queryClient = useQueryClient();
  const etag = server?.etag;
  const before = useRef(etag);
  useEffect(() => {
    const changed = before.current !== undefined && before.current !== etag;
    before.current = etag;
    if (!changed) return;
    const keys = [
      createConnectQueryKey({ schema: Operations.method.listOperations, cardinality: undefined }),
      createConnectQueryKey({ schema: Snapshots.method.listSnapshots, cardinality: undefined }),
    ];
    for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
  }, [queryClient, etag]);
}
