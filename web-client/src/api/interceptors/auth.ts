/**
 * Calls in the name of whoever is signed in. A token that is about to end is renewed before the call, and one that the server no
 * longer takes is renewed once and the call repeated: it was refused before anything was done. Streams are opened again by
 * `watch.ts`, which goes through here.
 */
import { Auth, problemOf } from '@hostler/client';
import type { DescMethod } from '@bufbuild/protobuf';
import { Code, type Interceptor } from '@connectrpc/connect';

import type { Session } from '../session';

/** Tells the server to keep the refresh token in a cookie that no script can read. */
export const COOKIE_SESSION = { 'hostler-session': 'cookie' } as const;

/** What may be called by anybody; a token would only get in the way. */
const PUBLIC: ReadonlySet<DescMethod> = new Set<DescMethod>([
  Auth.method.signUp,
  Auth.method.verifyEmail,
  Auth.method.requestEmailVerification,
  Auth.method.signIn,
  Auth.method.refreshSession,
  Auth.method.requestPasswordReset,
  Auth.method.resetPassword,
]);

export function auth(session: Session): Interceptor {
  return (next) => async (request) => {
    if (request.service.typeName === Auth.typeName) {
      for (const [name, value] of Object.entries(COOKIE_SESSION)) request.header.set(name, value);
    }
    if (PUBLIC.has(request.method)) return next(request);

    const token = await session.token();
    request.header.set('authorization', `Bearer ${token}`);
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: watched(response.message, session, token) } : response;
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (request.stream) {
        session.refuse(token);
        throw error;
      }
      request.header.set('authorization', `Bearer ${await session.renewed(token)}`);
      return next(request);
    }
  };
}

/** Streams are refused on the way, too: when the session behind them ends. */
async function* watched<Message>(
  messages: AsyncIterable<Message>,
  session: Session,
  token: string,
): AsyncIterable<Message> {
  try {
    yield* messages;
  } catch (error) {
    if (isRefused(error)) session.refuse(token);
    throw error;
  }
}

/** True when the token was refused, not the password that the call carries. */
function isRefused(error: unknown): boolean {
  const { code, reason } = problemOf(error);
  return code === Code.Unauthenticated && reason !== 'BAD_CREDENTIALS';
}
