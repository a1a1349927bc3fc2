/** A node by its name, leading to its page. For pages of the staff. */
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

import { paths } from '@/paths';

import { useNodeName } from './useNodeName';

export function NodeName({ nodeId }: { readonly nodeId: string }) {
  const name = useNodeName(nodeId);
  return (
    <Anchor component={Link} to={paths.node(nodeId)} size="sm">
      {name === nodeId ? (
        <Text span ff="monospace" size="xs">
          {nodeId}
        </Text>
      ) : (
        name
      )}
    </Anchor>
  );
}
