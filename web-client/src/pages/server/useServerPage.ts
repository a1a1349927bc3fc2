/** The server of a page: live from the stream; read by itself before the stream has it, and when it is gone from there. */
import { useQuery } from '@connectrpc/connect-query';
import { type Server, Servers } from '@hostler/client';

import { useServer } from '@/api/servers';

interface Shown {
  readonly server: Server | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

export function useServerPage(serverId: string): Shown {
  const { server: live, complete } = useServer(serverId);
  const read = useQuery(
    Servers.method.getServer,
    { serverId },
    // What was read before is old by the time the stream no longer has the server.
    { enabled: live === undefined, staleTime: 0 },
  );
  const settled = !(complete && read.isFetching);
  return {
    server: live ?? (settled ? read.data?.server : undefined),
    error: live || read.isFetching ? undefined : (read.error ?? undefined),
    retry: () => void read.refetch(),
  };
}
