/** An account by its address, leading to its page. For pages of the staff. */
import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';

import { useEmailOf } from '@/api/directory';
import { paths } from '@/paths';

export function UserName({ userId }: { readonly userId: string }) {
  const email = useEmailOf(userId);
  if (userId === '') return <span>–</span>;
  return (
    <Anchor component={Link} to={paths.user(userId)} size="sm">
      {email ?? (
        <Text span ff="monospace" size="xs">
          {userId}
        </Text>
      )}
    </Anchor>
  );
}
