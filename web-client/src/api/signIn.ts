/** Signing in: the session begins, and the account is known without another call. */
import { create } from '@bufbuild/protobuf';
import type { Client, Transport } from '@connectrpc/connect';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import { type Auth, GetMeResponseSchema, Users } from '@hostler/client';
import type { QueryClient } from '@tanstack/react-query';

import type { Session } from './session';

export interface SignInValues {
  readonly email: string;
  readonly password: string;
  readonly deviceName: string;
}

interface Ports {
  readonly client: Client<typeof Auth>;
  readonly transport: Transport;
  readonly session: Session;
  readonly queryClient: QueryClient;
}

export async function signIn(ports: Ports, values: SignInValues): Promise<void> {
  const { client, transport, session, queryClient } = ports;
  const { tokens, user } = await client.signIn(values);
  if (!tokens) throw new Error('the server signed in and sent no tokens');
  const schema = Users.method.getMe;
  const key = createConnectQueryKey({ schema, transport, input: {}, cardinality: 'finite' });
  if (user) queryClient.setQueryData(key, create(GetMeResponseSchema, { user }));
  session.signedIn(tokens);
}
