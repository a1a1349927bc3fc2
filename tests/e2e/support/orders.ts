/** Servers ordered by a program, for tests of what comes after the order. */
import { randomUUID } from 'node:crypto';

import { OperationState, type Server } from '@hostler/client';

import type { Api } from './accounts';
import { until } from './until';

interface Order {
  readonly name: string;
  /** By name; the first on offer without. */
  readonly tariff?: string;
  /** By name and version, such as "Debian 13"; the first on offer without. */
  readonly system?: string;
  /** The id of a pool; the server chooses without. */
  readonly ipPoolId?: string;
  readonly keepStopped?: boolean;
}

/** Orders a server and does not wait for it. */
export async function orderServer(api: Api, order: Order): Promise<Server> {
  const { tariffs } = await api.catalog.listTariffs({});
  const { operatingSystems } = await api.catalog.listOperatingSystems({});
  const tariff = tariffs.find(({ name }) => name === order.tariff) ?? tariffs[0];
  const system =
    operatingSystems.find(({ name, version }) => `${name} ${version}` === order.system) ??
    operatingSystems[0];
  const { server } = await api.servers.createServer({
    name: order.name,
    tariffId: tariff?.id ?? '',
    operatingSystemId: system?.id ?? '',
    ipPoolId: order.ipPoolId ?? '',
    keepStopped: order.keepStopped ?? false,
    requestId: randomUUID(),
  });
  if (!server) throw new Error(`${order.name} was ordered and is not there`);
  return server;
}

/** Orders a server, and returns it when the work is done. */
export async function makeServer(api: Api, order: Order): Promise<Server> {
  const { id, operationId } = await orderServer(api, order);
  await succeeded(api, operationId);
  const { server } = await api.servers.getServer({ serverId: id });
  if (!server) throw new Error(`${order.name} was made and is not there`);
  return server;
}

export async function succeeded(api: Api, operationId: string): Promise<void> {
  await until(`operation ${operationId} has succeeded`, async () => {
    const { operation } = await api.operations.getOperation({ operationId });
    if (operation?.state === OperationState.FAILED)
      throw new Error(`it failed: ${operation.error?.message ?? ''}`);
    return operation?.state === OperationState.SUCCEEDED;
  });
}
