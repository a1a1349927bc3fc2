/** A server that somebody of the staff is signed in to; a test adds the services of its page. */
import type { ConnectRouter } from '@connectrpc/connect';
import { Auth, UserRole, Users } from '@hostler/client';

import { aUser, tokens } from './messages';

export const OPERATOR = aUser({ id: '0190-me', email: 'me@example.org', role: UserRole.OPERATOR });
export const SUPPORT = aUser({ id: '0190-me', email: 'me@example.org', role: UserRole.SUPPORT });

export function signedInAs(router: ConnectRouter, user: typeof OPERATOR): void {
  router.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
  router.rpc(Users.method.getMe, () => ({ user }));
}
