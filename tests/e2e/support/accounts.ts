/** Accounts, and programs that act for them: what a test needs to be there before it begins. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { type Client, createClient } from '@connectrpc/connect';
import {
  AlertRules,
  Alerts,
  Auth,
  Catalog,
  Channels,
  Containers,
  createHostlerTransport,
  NodeCommands,
  Nodes,
  Operations,
  Servers,
  Snapshots,
  Users,
} from '@hostler/client';

import type { ServerAddress } from './hostlerd';
import { HOSTLERD } from './places';

export type Role = 'customer' | 'support' | 'operator';

export interface Account {
  readonly email: string;
  readonly password: string;
}

/** Long enough for the server, and the same for all: nothing here is worth guessing. */
const PASSWORD = 'correct horse battery';

/** Makes an account by the command for emergencies; it is as good as one that signed up and proved its address. */
export async function makeAccount(
  server: ServerAddress,
  role: Role = 'customer',
  email = `${role}-${randomUUID().slice(0, 8)}@example.org`,
): Promise<Account> {
  const { state, environment } = server;
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      HOSTLERD,
      ['--dev', '--state-dir', state, 'user', 'create', email, '--role', role, '--password-stdin'],
      { env: { ...environment } },
      (error) => (error ? reject(new Error(`hostlerd user create failed: ${error.message}`)) : resolve()),
    );
    child.stdin?.end(PASSWORD);
  });
  return { email, password: PASSWORD };
}

export interface Api {
  readonly alertRules: Client<typeof AlertRules>;
  readonly alerts: Client<typeof Alerts>;
  readonly auth: Client<typeof Auth>;
  readonly catalog: Client<typeof Catalog>;
  readonly channels: Client<typeof Channels>;
  readonly containers: Client<typeof Containers>;
  readonly nodeCommands: Client<typeof NodeCommands>;
  readonly nodes: Client<typeof Nodes>;
  readonly operations: Client<typeof Operations>;
  readonly servers: Client<typeof Servers>;
  readonly snapshots: Client<typeof Snapshots>;
  readonly users: Client<typeof Users>;
}

/** The API in the name of an account, as a program uses it. */
export async function apiFor({ url }: ServerAddress, { email, password }: Account): Promise<Api> {
  const { tokens } = await createClient(Auth, createHostlerTransport({ baseUrl: url })).signIn({
    email,
    password,
    deviceName: 'a program of the tests',
  });
  if (!tokens) throw new Error('signed in without tokens');
  const transport = createHostlerTransport({ baseUrl: url, token: tokens.accessToken });
  return {
    alertRules: createClient(AlertRules, transport),
    alerts: createClient(Alerts, transport),
    auth: createClient(Auth, transport),
    catalog: createClient(Catalog, transport),
    channels: createClient(Channels, transport),
    containers: createClient(Containers, transport),
    nodeCommands: createClient(NodeCommands, transport),
    nodes: createClient(Nodes, transport),
    operations: createClient(Operations, transport),
    servers: createClient(Servers, transport),
    snapshots: createClient(Snapshots, transport),
    users: createClient(Users, transport),
  };
}
