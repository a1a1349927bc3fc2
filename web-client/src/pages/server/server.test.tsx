import { create } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import {
  Auth,
  Catalog,
  type Operation,
  Operations,
  OperationSchema,
  OperationState,
  type Server,
  Servers,
  ServerState,
  Snapshots,
  SnapshotState,
  StepDirection,
  StepStatus,
  TariffSchema,
  Users,
} from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { aServer, aUser, refusal, tokens } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { sizesOf, valuesOf } from './sizes';

const GIB = 1024n ** 3n;
const tariff = create(TariffSchema, {
  id: 'tariff-s',
  name: 'Small',
  cpuMillicores: 2000,
  memoryBytes: 4n * GIB,
  diskBytes: 40n * GIB,
  priceMinor: 1250n,
  currency: 'EUR',
  snapshotLimit: 2,
});
const snapshot = { id: 'snapshot-1', name: 'before-update', state: SnapshotState.READY };

/** A stream that goes on as the test says. */
function aStream<T>(first: T) {
  let push: (message: T) => void = () => {};
  async function* open() {
    yield first;
    for (;;) yield await new Promise<T>((resolve) => (push = resolve));
  }
  return { open, send: (message: T) => push(message) };
}

/** The page of a server, and what it sent. */
async function showServer(init: Parameters<typeof aServer>[0], tab: string, operation?: Operation) {
  const server = aServer({ name: 'web-1', tariffId: tariff.id, ...init });
  const servers = aStream<object>({ event: { case: 'snapshot', value: { servers: [server], last: true } } });
  const work = aStream<object>({ operation });
  const sent: [method: string, request: object][] = [];
  const answer = (method: string) => (request: object) => {
    sent.push([method, request]);
    return { server, operation: { id: 'operation-1', kind: 'server.start', state: OperationState.PENDING } };
  };
  const page = await renderApp({
    at: `/servers/${server.id}?tab=${tab}`,
    server: (r) => {
      r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
      r.rpc(Users.method.getMe, () => ({ user: aUser() }));
      r.rpc(Servers.method.getServer, () => ({ server }));
      r.rpc(Servers.method.watchServers, servers.open);
      r.rpc(Servers.method.stopServer, answer('stop'));
      r.rpc(Servers.method.deleteServer, answer('delete'));
      r.rpc(Servers.method.resizeServer, answer('resize'));
      r.rpc(Catalog.method.getTariff, () => ({ tariff }));
      r.rpc(Catalog.method.listTariffs, () => ({ tariffs: [tariff] }));
      r.rpc(Catalog.method.getOperatingSystem, () => ({
        operatingSystem: { name: 'Debian', version: '13' },
      }));
      r.rpc(Operations.method.getOperation, () => ({ operation }));
      r.rpc(Operations.method.watchOperation, work.open);
      r.rpc(Operations.method.cancelOperation, answer('cancel'));
      r.rpc(Operations.method.listOperations, () => ({ operations: operation ? [operation] : [] }));
      r.rpc(Snapshots.method.listSnapshots, () => ({ snapshots: [snapshot] }));
      r.rpc(Snapshots.method.restoreSnapshot, answer('restore'));
    },
  });
  return {
    ...page,
    server,
    sent,
    change: (value: Server) => servers.send({ event: { case: 'changed', value } }),
    goOn: (next: Operation) => work.send({ operation: next }),
  };
}

describe('the page of a server', () => {
  it('shows the work on it as it goes on, and turns the buttons off meanwhile', async () => {
    const operation = create(OperationSchema, {
      id: 'operation-1',
      kind: 'server.stop',
      state: OperationState.RUNNING,
      progress: { step: 1, stepCount: 4 },
      steps: [{ name: 'hold', direction: StepDirection.DO, status: StepStatus.STARTED, attempt: 1 }],
    });
    const { findByRole, findByText, user, sent, server, change, goOn, queryByRole } = await showServer(
      { state: ServerState.STOPPING, operationId: 'operation-1' },
      'manage',
      operation,
    );
    const bar = await findByRole('progressbar', { name: 'Progress' });
    expect(await findByRole('button', { name: 'Restart' })).toBeDisabled();
    expect(await findByRole('button', { name: 'Restart' })).toHaveAccessibleDescription(
      'Wait until the work on the server is done.',
    );
    await vi.waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '0'));

    goOn({ ...operation, progress: { ...operation.progress, step: 3 } } as Operation);
    await findByText(/Step 3 of 4/);
    expect(bar).toHaveAttribute('aria-valuenow', '50');

    await user.click(await findByRole('button', { name: 'Cancel the work' }));
    expect(sent).toMatchObject([['cancel', { operationId: 'operation-1' }]]);

    change({ ...server, state: ServerState.STOPPED, operationId: '', etag: '2' });
    await vi.waitFor(() => expect(queryByRole('progressbar', { name: 'Progress' })).toBeNull());
    expect(await findByRole('button', { name: 'Start' })).toBeEnabled();
  });

  it('says why the latest work did not succeed, and what to quote', async () => {
    const { findByRole } = await showServer(
      { state: ServerState.STOPPED },
      'overview',
      create(OperationSchema, {
        id: 'operation-7',
        kind: 'server.start',
        state: OperationState.FAILED,
        error: { reason: 'HYPERVISOR_STORAGE', message: 'full' },
      }),
    );
    const alert = await findByRole('alert');
    expect(alert).toHaveTextContent('The machine’s storage is full');
    expect(alert).toHaveTextContent('operation-7');
  });

  it('deletes when the name has been typed', async () => {
    const { findByRole, findByLabelText, user, sent, server } = await showServer({}, 'manage');
    await user.click(await findByRole('button', { name: 'Delete the server' }));
    const dialog = await findByRole('dialog');
    const button = within(dialog).getByRole('button', { name: 'Delete the server' });
    await user.type(await findByLabelText('Type web-1 to confirm'), 'web-2');
    expect(button).toBeDisabled();
    await user.clear(await findByLabelText('Type web-1 to confirm'));
    await user.type(await findByLabelText('Type web-1 to confirm'), 'web-1{Enter}');
    await vi.waitFor(() => expect(sent).toMatchObject([['delete', { serverId: server.id }]]));
  });

  it('restores a snapshot when its name has been typed', async () => {
    const { findByRole, findByLabelText, findByText, user, sent } = await showServer({}, 'snapshots');
    await findByText('1 snapshot of 2');
    await user.click(await findByRole('button', { name: 'Restore before-update' }));
    await user.type(await findByLabelText('Type before-update to confirm'), 'before-update{Enter}');
    await vi.waitFor(() =>
      expect(sent).toMatchObject([['restore', { snapshotId: 'snapshot-1', startAfter: true }]]),
    );
  });

  it('shows the new price, asks, and sends only what has changed', async () => {
    const { findByRole, findByLabelText, findByText, user, sent } = await showServer({}, 'resize');
    await user.clear(await findByLabelText('Disk (GiB)'));
    await user.type(await findByLabelText('Disk (GiB)'), '80');
    await findByText('Price then: €25.00 a month');
    await user.click(await findByRole('button', { name: 'Review the change' }));
    await user.click(await findByRole('button', { name: 'Resize' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent).toMatchObject([['resize', { diskBytes: 80n * GIB }]]);
    expect(sent[0]?.[1]).not.toHaveProperty('memoryBytes');
  });

  it('says that there is no such server', async () => {
    const { findByText } = await renderApp({
      at: '/servers/unknown',
      server: (r) => {
        r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
        r.rpc(Users.method.getMe, () => ({ user: aUser() }));
        r.rpc(Servers.method.getServer, () => {
          throw refusal(Code.NotFound, 'SERVER_NOT_FOUND');
        });
        r.rpc(Servers.method.watchServers, async function* () {
          yield { event: { case: 'snapshot' as const, value: { servers: [], last: true } } };
          await new Promise(() => {});
        });
      },
    });
    await findByText('There is no such server');
  });
});

describe('sizes', () => {
  it('stay exactly as they were where nothing was typed', () => {
    const odd = { cpuMillicores: 1234, memoryBytes: 1000n * 1024n ** 2n, diskBytes: 40n * GIB };
    expect(sizesOf(valuesOf(odd), odd)).toEqual(odd);
    expect(sizesOf({ ...valuesOf(odd), cores: 2.5 }, odd)).toEqual({ ...odd, cpuMillicores: 2500 });
  });
});
