import {
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  createRouterTransport,
} from '@connectrpc/connect';
import { Auth, Servers, Users } from '@hostler/client';
import { describe, expect, it } from 'vitest';

import { aUser, refusal, tokens } from '../../test/messages';
import { createApi } from './api';

function anApi(server: (router: ConnectRouter) => void) {
  return createApi((interceptors) => createRouterTransport(server, { transport: { interceptors } }));
}

describe('calls through the API layer', () => {
  it('renew a refused token once for all that were refused, and are repeated', async () => {
    let refreshes = 0;
    const seen: (string | null)[] = [];
    const api = anApi((router) => {
      router.rpc(Auth.method.refreshSession, (_, { requestHeader }) => {
        refreshes += 1;
        expect(requestHeader.get('hostler-session')).toBe('cookie');
        expect(requestHeader.has('authorization')).toBe(false);
        return { tokens: tokens('good') };
      });
      router.rpc(Users.method.getMe, (_, { requestHeader }) => {
        const authorization = requestHeader.get('authorization');
        seen.push(authorization);
        if (authorization !== 'Bearer good') throw refusal(Code.Unauthenticated, 'UNAUTHENTICATED');
        return { user: aUser() };
      });
    });
    api.session.signedIn(tokens('bad'));
    const users = createClient(Users, api.transport);

    const answers = await Promise.all([users.getMe({}), users.getMe({}), users.getMe({})]);

    expect(answers.map(({ user }) => user?.email)).toEqual(Array(3).fill('ann@example.org'));
    expect(refreshes).toBe(1);
    expect(seen.filter((authorization) => authorization === 'Bearer good')).toHaveLength(3);
  });

  it('are repeated once only', async () => {
    let calls = 0;
    const api = anApi((router) => {
      router.rpc(Auth.method.refreshSession, () => ({ tokens: tokens(`next-${calls}`) }));
      router.rpc(Users.method.getMe, () => {
        calls += 1;
        throw refusal(Code.Unauthenticated, 'UNAUTHENTICATED');
      });
    });
    api.session.signedIn(tokens('bad'));
    await expect(createClient(Users, api.transport).getMe({})).rejects.toBeInstanceOf(ConnectError);
    expect(calls).toBe(2);
  });

  it('carry a request id each, and a deadline unless they are streams', async () => {
    const headers: Headers[] = [];
    const api = anApi((router) => {
      router.rpc(Users.method.getMe, (_, context) => {
        headers.push(context.requestHeader);
        return {};
      });
      router.rpc(Servers.method.watchServers, async function* (_, context) {
        headers.push(context.requestHeader);
        yield await Promise.resolve({});
      });
    });
    api.session.signedIn(tokens());
    await createClient(Users, api.transport).getMe({});
    const stream = createClient(Servers, api.transport).watchServers({});
    await stream[Symbol.asyncIterator]().next();

    const [unary, streaming] = headers;
    expect(unary?.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(unary?.get('x-request-id')).not.toBe(streaming?.get('x-request-id'));
    expect(unary?.get('grpc-timeout')).toBe('15000m');
    expect(streaming?.has('grpc-timeout')).toBe(false);
  });
});
