/** The account that is signed in, and what it may see. The server decides what it may do. */
import { useQuery } from '@connectrpc/connect-query';
import { type User, UserRole, Users } from '@hostler/client';

import { useSessionState } from './AccessContext';

export function useMe(): User | undefined {
  const signedIn = useSessionState() === 'signed-in';
  return useQuery(Users.method.getMe, {}, { enabled: signedIn, staleTime: 60_000 }).data?.user;
}

/** Sees the operator's pages: support looks, operators act. */
export function isStaff(user: User): boolean {
  return user.role === UserRole.SUPPORT || user.role === UserRole.OPERATOR;
}

export function isOperator(user: User): boolean {
  return user.role === UserRole.OPERATOR;
}

/** True for operators; false also while it is not known yet. */
export function useOperates(): boolean {
  const me = useMe();
  return me !== undefined && isOperator(me);
}

/** What to call somebody: their name, or else their address. */
export function nameOf(user: User | undefined): string {
  return user?.displayName || user?.email || '';
}
