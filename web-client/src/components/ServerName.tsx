/** A server by its name, leading to its page. */
import { useQuery } from '@connectrpc/connect-query';
import { Servers } from '@hostler/client';
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

import { paths } from '@/paths';

export function ServerName({ serverId }: { readonly serverId: string }) {
  const { data } = useQuery(
    Servers.method.getServer,
    { serverId },
    { enabled: serverId !== '', staleTime: 60_000 },
  );
  if (serverId === '') return <span>–</span>;
  return (
    <Anchor component={Link} to={paths.server(serverId)} size="sm">
      {data?.server?.name ?? (
        <Text span ff="monospace" size="xs">
          {serverId}
        </Text>
      )}
    </Anchor>
  );
}
