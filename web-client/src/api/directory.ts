/** Addresses of accounts by their ids, for the staff. The first accounts come in one call; only those beyond them are asked for singly. */
import { useQuery } from '@connectrpc/connect-query';
import { Users } from '@hostler/client';

import { LARGEST_PAGE } from './pages';

/** An address hardly ever changes. */
const FRESH = 5 * 60_000;

/** Undefined while unknown, and for accounts that are gone. */
export function useEmailOf(userId: string): string | undefined {
  const first = useQuery(Users.method.listUsers, { pageSize: LARGEST_PAGE }, { staleTime: FRESH });
  const known = first.data?.users.find(({ id }) => id === userId);
  const single = useQuery(
    Users.method.getUser,
    { userId },
    { enabled: userId !== '' && !first.isPending && known === undefined, staleTime: FRESH },
  );
  return known?.email ?? single.data?.user?.email;
}
