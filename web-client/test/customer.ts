/** A server that a customer is signed in to; a test adds the services of its page. */
import type { ConnectRouter } from '@connectrpc/connect';
import { Auth, Users } from '@hostler/client';

import { aUser, tokens } from './messages';

export const CUSTOMER = aUser();

export function signedIn(router: ConnectRouter, user = CUSTOMER): void {
  router.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
  router.rpc(Users.method.getMe, () => ({ user }));
}
