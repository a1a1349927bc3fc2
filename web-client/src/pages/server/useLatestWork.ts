/** The latest operations on a server, newest first, without their steps. */
import { useQuery } from '@connectrpc/connect-query';
import { type Operation, Operations } from '@hostler/client';

const SHOWN = 5;

export function useLatestWork(serverId: string): {
  operations: readonly Operation[] | undefined;
  error: unknown;
  retry: () => void;
} {
  const { data, error, refetch } = useQuery(Operations.method.listOperations, { serverId, pageSize: SHOWN });
  return { operations: data?.operations, error: error ?? undefined, retry: () => void refetch() };
}
