/** Addresses of accounts by their ids, for the staff. The first accounts come in one call; only those beyond them are asked for singly. */
import { useQuery } from '@connectrpc/connect-query';
import { Users } from '@hostler/client';
import { useMemo } from 'react';

import { LARGEST_PAGE } from './pages';

/** An address hardly ever changes. */
const FRESH = 5 * 60_000;

/** The first accounts' addresses, for lists that name many. Undefined, and nothing asked, unless they are `wanted`. */
export function useFirstEmails(wanted: boolean): ReadonlyMap<string, string> | undefined {
  const { data } = useFirstUsers(wanted);
  return useMemo(() => data && new Map(data.users.map(({ id, email }) => [id, email])), [data]);
}

/** Undefined while unknown, and for accounts that are gone. */
export function useEmailOf(userId: string): string | undefined {
  const first = useFirstUsers(true);
  const known = first.data?.users.find(({ id }) => id === userId);
  const single = useQuery(
    Users.method.getUser,
    { userId },
    { enabled: userId !== '' && !first.isPending && known === undefined, staleTime: FRESH },
  );
  return known?.email ?? single.data?.user?.email;
}

function useFirstUsers(enabled: boolean) {
  return useQuery(Users.method.listUsers, { pageSize: LARGEST_PAGE }, { enabled, staleTime: FRESH });
}
