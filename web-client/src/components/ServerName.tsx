/** A server by its name, leading to its page. */
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

import { paths } from '@/paths';

import { useServerName } from './useServerName';

export function ServerName({ serverId }: { readonly serverId: string }) {
  const name = useServerName(serverId);
  if (serverId === '') return <span>–</span>;
  return (
    <Anchor component={Link} to={paths.server(serverId)} size="sm">
      {name === serverId ? (
        <Text span ff="monospace" size="xs">
          {serverId}
        </Text>
      ) : (
        name
      )}
    </Anchor>
  );
}
