/**
 * Puts the API layer together: one transport, one session, one cache, one set of streams. The root gives it to the page; tests give
 * a transport of their own.
 */
import { type Client, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { Auth, createHostlerTransport } from '@hostler/client';
import { QueryClient } from '@tanstack/react-query';

import { Feeds } from './feeds';
import { auth } from './interceptors/auth';
import { deadline } from './interceptors/deadline';
import { requestId } from './interceptors/requestId';
import { OperationFollower } from './operationFollower';
import { queryDefaults } from './queryDefaults';
import { Session } from './session';
import { signIn, type SignInValues } from './signIn';
import { StreamBoard } from './streamBoard';
import { watchSession } from './watchSession';

export interface Api {
  readonly transport: Transport;
  /** For whoever calls before the pages are there that know the services. */
  readonly signIn: (values: SignInValues) => Promise<void>;
  readonly resendVerification: (email: string) => Promise<void>;
  readonly session: Session;
  readonly queryClient: QueryClient;
  readonly streams: StreamBoard;
  readonly operations: OperationFollower;
  readonly feeds: Feeds;
}

/** Makes a transport that runs the given interceptors: gRPC-Web in the browser, a router in tests. */
export type TransportFactory = (interceptors: Interceptor[]) => Transport;

export function createApi(makeTransport: TransportFactory = overGrpcWeb): Api {
  // The session calls through the transport, and the transport asks the session for tokens: the client is there by the first call.
  const session: Session = new Session({
    refresh: async () => {
      const { tokens } = await authClient.refreshSession({});
      if (!tokens) throw new Error('the server renewed the session and sent no tokens');
      return tokens;
    },
    exclusively: oneTabAtATime,
    marks: localStorage,
    now: Date.now,
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
  const transport = makeTransport([requestId, deadline, auth(session)]);
  const authClient: Client<typeof Auth> = createClient(Auth, transport);
  const queryClient = new QueryClient({ defaultOptions: queryDefaults });
  const streams = new StreamBoard();
  const operations = new OperationFollower({ transport, queryClient, streams, storage: localStorage });
  const feeds = new Feeds({ transport, queryClient, streams });
  watchSession(session, {
    begun: () => operations.resume(),
    ended: () => {
      // The next to sign in must not see anything of the one before.
      operations.clear();
      feeds.clear();
      queryClient.clear();
    },
  });
  return {
    transport,
    signIn: (values) => signIn({ client: authClient, transport, session, queryClient }, values),
    resendVerification: async (email) => {
      await authClient.requestEmailVerification({ email });
    },
    session,
    queryClient,
    streams,
    operations,
    feeds,
  };
}

function overGrpcWeb(interceptors: Interceptor[]): Transport {
  return createHostlerTransport({ baseUrl: window.location.origin, interceptors });
}

async function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  // Pages without TLS have no locks; then the server's REFRESH_RACE sorts the tabs out.
  if (!('locks' in navigator)) return work();
  return navigator.locks.request('hostler.refresh', work);
}
