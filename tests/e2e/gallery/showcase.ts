/** An installation worth looking at: servers in all kinds of states, long names, and work that does not end while one looks. */
import { randomUUID } from 'node:crypto';

import {
  AlertComparison,
  AlertMetric,
  AlertSeverity,
  AlertState,
  CatalogState,
  DeliveryState,
  IpPoolKind,
  OperationState,
  UserRole,
  UserState,
} from '@hostler/client';

import { type Account, type Api, apiFor, makeAccount } from '../support/accounts';
import type { ServerAddress } from '../support/hostlerd';
import { givePast } from '../support/history';
import { makeServer, orderServer, succeeded } from '../support/orders';
import { until } from '../support/until';
import { furnishMachine } from './machine';

/** Two clusters: in one everything is done at once, in the other nothing ends within an hour. */
export const CLUSTERS = {
  HOSTLER_HYPERVISORS__SIM__KIND: '',
  HOSTLER_HYPERVISORS__SIM__PACE: '',
  HOSTLER_MONITORING__SWEEP_SECONDS: '5',
  HOSTLER_HYPERVISORS__BERLIN__KIND: 'sim',
  HOSTLER_HYPERVISORS__BERLIN__PACE: '0',
  HOSTLER_HYPERVISORS__BERLIN__NODES: '["berlin-1", "berlin-2"]',
  HOSTLER_HYPERVISORS__TOKYO__KIND: 'sim',
  HOSTLER_HYPERVISORS__TOKYO__PACE: '100',
  HOSTLER_HYPERVISORS__TOKYO__NODES: '["tokyo-1"]',
} as const;

const GIB = 1024n ** 3n;
const LONG_NAME = 'a-server-whose-name-is-as-long-as-names-may-be-63-characters-ok';

export interface Showcase {
  readonly operator: Account;
  readonly customer: Account;
  /** Has an account and nothing else. */
  readonly newcomer: Account;
  readonly ids: Readonly<
    Record<
      | 'running'
      | 'creating'
      | 'failed'
      | 'customer'
      | 'tariff'
      | 'system'
      | 'pool'
      | 'done'
      | 'underWay'
      | 'broken'
      | 'rule'
      | 'mail'
      | 'hook'
      | 'node',
      string
    >
  >;
  /** What goes on outside of the server ends. */
  readonly end: () => Promise<void>;
}

export async function furnish(server: ServerAddress): Promise<Showcase> {
  const operator = await makeAccount(server, 'operator', 'mira.okonkwo@example.org');
  // Until everything is there: only operators choose the pool, and by it the cluster.
  const customer = await makeAccount(server, 'operator', 'ann.lindqvist@example.org');
  const newcomer = await makeAccount(server, 'customer', 'newcomer@example.org');
  await makeAccount(server, 'support', 'help@example.org');
  await makeAccount(server, 'customer', 'somebody.with.a.very.long.address@mail.department.example.org');
  const theirs = await apiFor(server, customer);
  const ours = await apiFor(server, operator);
  await theirs.users.updateMe({
    user: { displayName: 'Ann Lindqvist' },
    updateMask: { paths: ['display_name'] },
    requestId: randomUUID(),
  });
  await barSomebody(ours, await makeAccount(server, 'customer', 'barred@example.org'));

  const tokyo = await furnishCatalog(ours);
  const running = await furnishServers(theirs, ours);
  await givePast(server, running, 270);
  const creating = await orderServer(theirs, { name: 'tokyo-shop', tariff: 'medium', ipPoolId: tokyo });
  const failed = await fail(ours, theirs);
  await furnishToken(theirs);
  const rule = await furnishAlerts(theirs, running);
  const { mail, hook } = await furnishChannels(theirs);
  const machine = await furnishMachine(server, ours);

  const { users } = await ours.users.listUsers({ email: customer.email });
  await ours.users.updateUser({
    user: { id: users[0]?.id ?? '', role: UserRole.CUSTOMER },
    updateMask: { paths: ['role'] },
    requestId: randomUUID(),
  });
  const { tariffs } = await ours.catalog.listTariffs({});
  const { operatingSystems } = await ours.catalog.listOperatingSystems({});
  const { ipPools } = await ours.catalog.listIpPools({});
  const { operations } = await ours.operations.listOperations({ serverId: running });
  return {
    operator,
    customer,
    newcomer,
    ids: {
      running,
      creating: creating.id,
      failed: failed.server,
      customer: users[0]?.id ?? '',
      tariff: tariffs[0]?.id ?? '',
      system: operatingSystems[0]?.id ?? '',
      pool: ipPools[0]?.id ?? '',
      done: operations[0]?.id ?? '',
      underWay: creating.operationId,
      broken: failed.operation,
      rule,
      mail,
      hook,
      node: machine.nodeId,
    },
    end: machine.end,
  };
}

async function barSomebody(ours: Api, account: Account): Promise<void> {
  const { users } = await ours.users.listUsers({ email: account.email });
  await ours.users.updateUser({
    user: { id: users[0]?.id ?? '', state: UserState.SUSPENDED },
    updateMask: { paths: ['state'] },
    requestId: randomUUID(),
  });
}

/** Returns the pool of the slow cluster. */
async function furnishCatalog(ours: Api): Promise<string> {
  const { tariff } = await ours.catalog.createTariff({
    tariff: {
      name: 'An offer with a name that is rather long for a name',
      description:
        'For whoever needs more than all the others together, and a description of more than one line.',
      cpuMillicores: 12_500,
      memoryBytes: 192n * GIB,
      diskBytes: 4_000n * GIB,
      priceMinor: 129_900n,
      currency: 'EUR',
      networkBytesPerSecond: 125_000_000n,
      snapshotLimit: 20,
    },
    requestId: randomUUID(),
  });
  const { tariff: old } = await ours.catalog.createTariff({
    tariff: {
      name: 'starter of last year',
      cpuMillicores: 500,
      memoryBytes: GIB,
      diskBytes: 10n * GIB,
      priceMinor: 0n,
      currency: 'EUR',
      snapshotLimit: 0,
    },
    requestId: randomUUID(),
  });
  if (!tariff || !old) throw new Error('the tariffs were not made');
  await ours.catalog.updateTariff({
    tariff: { id: old.id, state: CatalogState.RETIRED },
    updateMask: { paths: ['state'] },
    requestId: randomUUID(),
  });
  await ours.catalog.createIpPool({
    ipPool: {
      name: 'office',
      hypervisor: 'berlin',
      bridge: 'vmbr1',
      vlanTag: 120,
      kind: IpPoolKind.DHCP,
      network: '192.0.2.0/24',
    },
    requestId: randomUUID(),
  });
  const { ipPool } = await ours.catalog.createIpPool({
    ipPool: {
      name: 'tokyo, public',
      hypervisor: 'tokyo',
      bridge: 'vmbr0',
      kind: IpPoolKind.STATIC,
      network: '2001:db8:53::/64',
      gateway: '2001:db8:53::1',
      firstAddress: '2001:db8:53::1000',
      lastAddress: '2001:db8:53::1fff',
      nameservers: ['2001:db8:53::53'],
    },
    requestId: randomUUID(),
  });
  return ipPool?.id ?? '';
}

/** Returns the server with snapshots and some work behind it. */
async function furnishServers(theirs: Api, ours: Api): Promise<string> {
  const { ipPools } = await ours.catalog.listIpPools({});
  const ipPoolId = ipPools.find(({ name }) => name === 'development')?.id ?? '';
  const web = await makeServer(theirs, { name: 'web-1', tariff: 'medium', system: 'Debian 13', ipPoolId });
  for (const [name, tariff, system, keepStopped] of [
    ['web-2', 'medium', 'Debian 13', false],
    ['database', 'large', 'Debian 12', false],
    ['mail', 'small', 'Debian 12', false],
    ['build-runner-03', 'large', 'Ubuntu 24.04', true],
    ['staging', 'nano', 'Alpine 3.22', true],
    [LONG_NAME, 'small', 'Ubuntu 24.04', false],
  ] as const) {
    await makeServer(theirs, { name, tariff, system, keepStopped, ipPoolId });
  }
  for (const name of ['metrics', 'backup-target'])
    await makeServer(ours, { name, tariff: 'small', ipPoolId });
  for (const [name, description] of [
    ['before-upgrade', ''],
    ['after-the-move', 'Everything is in place, and the shop has been open since Monday morning.'],
  ] as const) {
    const { operation } = await theirs.snapshots.createSnapshot({
      serverId: web.id,
      name,
      description,
      requestId: randomUUID(),
    });
    await succeeded(theirs, operation?.id ?? '');
  }
  return web.id;
}

/** One alert that fires, for everything uses some memory; returns its rule. */
async function furnishAlerts(theirs: Api, serverId: string): Promise<string> {
  const { rule } = await theirs.alertRules.createAlertRule({
    rule: {
      displayName: 'Memory in use at all, by a name that takes more than a line',
      severity: AlertSeverity.CRITICAL,
      subjects: { subjects: { case: 'serverId', value: serverId } },
      condition: {
        condition: {
          case: 'metric',
          value: { metric: AlertMetric.MEMORY_RATIO, comparison: AlertComparison.ABOVE, threshold: 0 },
        },
      },
    },
    requestId: randomUUID(),
  });
  await until('an alert fires', async () => {
    const { alerts } = await theirs.alerts.listAlerts({ serverId, states: [AlertState.FIRING] });
    return alerts.length > 0;
  });
  const inADay = BigInt(Math.floor(Date.now() / 1000) + 86_400);
  await theirs.alerts.createSilence({
    silence: {
      severity: AlertSeverity.INFO,
      endTime: { seconds: inADay },
      comment: 'Moving to the new racks',
    },
    requestId: randomUUID(),
  });
  return rule?.id ?? '';
}

/** A mailbox that was tried, and a webhook whose secret nobody sees again. */
async function furnishChannels(theirs: Api): Promise<{ mail: string; hook: string }> {
  const mail = await theirs.channels.createChannel({
    channel: {
      displayName: 'Mailbox of those on call',
      target: { case: 'email', value: { addresses: ['on-call@example.org', 'ann.lindqvist@example.org'] } },
    },
    requestId: randomUUID(),
  });
  const hook = await theirs.channels.createChannel({
    channel: {
      displayName: 'Incidents',
      target: {
        case: 'webhook',
        value: { url: 'https://incidents.example.org/hooks/hostler', secret: 'a-secret-of-the-gallery-0042' },
      },
      disabled: true,
    },
    requestId: randomUUID(),
  });
  const channelId = mail.channel?.id ?? '';
  await theirs.channels.testChannel({ channelId, requestId: randomUUID() });
  await until('the trial is delivered', async () => {
    const { deliveries } = await theirs.channels.listDeliveries({ channelId });
    return deliveries.some(({ state }) => state === DeliveryState.DELIVERED);
  });
  return { mail: channelId, hook: hook.channel?.id ?? '' };
}

/** Orders a server from a template that is on no machine. */
async function fail(ours: Api, theirs: Api): Promise<{ server: string; operation: string }> {
  const { operatingSystem } = await ours.catalog.createOperatingSystem({
    operatingSystem: { name: 'Plan 9', version: '4', family: 'plan9', template: 'plan9-4_amd64.tar.zst' },
    requestId: randomUUID(),
  });
  const { ipPools } = await ours.catalog.listIpPools({});
  const { id, operationId } = await orderServer(theirs, {
    name: 'experiment',
    system: 'Plan 9 4',
    ipPoolId: ipPools.find(({ name }) => name === 'development')?.id ?? '',
  });
  await until('the experiment has failed', async () => {
    const { operation } = await theirs.operations.getOperation({ operationId });
    return operation?.state === OperationState.FAILED;
  });
  await ours.catalog.updateOperatingSystem({
    operatingSystem: { id: operatingSystem?.id ?? '', state: CatalogState.RETIRED },
    updateMask: { paths: ['state'] },
    requestId: randomUUID(),
  });
  return { server: id, operation: operationId };
}

async function furnishToken(theirs: Api): Promise<void> {
  await theirs.auth.createApiToken({
    name: 'backup script',
    scopes: ['servers.read', 'snapshots.read', 'snapshots.write'],
    requestId: randomUUID(),
  });
}
