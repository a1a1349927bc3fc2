/** The name of a server by its id; the id itself until it is known, and when it is gone. */
import { useQuery } from '@connectrpc/connect-query';
import { Servers } from '@hostler/client';

export function useServerName(serverId: string): string {
  const { data } = useQuery(
    Servers.method.getServer,
    { serverId },
    { enabled: serverId !== '', staleTime: 60_000 },
  );
  return data?.server?.name ?? serverId;
}
