import { Code, type ConnectRouter } from '@connectrpc/connect';
import { Auth, Monitoring, type Server, Servers, ServerState, Users } from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { aServer, aUser, refusal, tokens } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { aStream as aStreamOf } from '../../../test/streams';
import { listServers, NEWEST_FIRST } from './serverList';
import { formatSort, parseSort } from './useListOptions';

type Event = { case: 'changed'; value: Server } | { case: 'removed'; value: { serverId: string } };

/** A stream of servers that goes on as the test says. */
function aStream(servers: Server[]) {
  let push: (event: Event) => void = () => {};
  async function* open() {
    yield { event: { case: 'snapshot' as const, value: { servers, last: true } } };
    for (;;) yield { event: await new Promise<Event>((resolve) => (push = resolve)) };
  }
  return { open, send: (event: Event) => push(event) };
}

function showServers(
  stream: () => AsyncIterable<object>,
  at = '/servers',
  more?: (router: ConnectRouter) => void,
) {
  return renderApp({
    at,
    server: (r) => {
      r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
      r.rpc(Users.method.getMe, () => ({ user: aUser() }));
      r.rpc(Servers.method.watchServers, stream);
      more?.(r);
    },
  });
}

describe('the list of servers', () => {
  it('shows states as they change, and servers as they come and go', async () => {
    const server = aServer({ name: 'web-1', state: ServerState.STARTING });
    const { open, send } = aStream([server]);
    const { findByRole, findByText, queryByText } = await showServers(open);
    const row = await findByRole('row', { name: /web-1/ });
    expect(within(row).getByText('Starting')).toBeVisible();

    send({ case: 'changed', value: { ...server, state: ServerState.RUNNING } });
    await vi.waitFor(() => expect(within(row).getByText('Running')).toBeVisible());

    send({ case: 'removed', value: { serverId: server.id } });
    await findByText('No servers yet');
    expect(queryByText('web-1')).toBeNull();
  });

  it('searches and filters by the address', async () => {
    const { open } = aStream([
      aServer({ name: 'web-1' }),
      aServer({ name: 'web-2', state: ServerState.STOPPED }),
      aServer({ name: 'db-1', state: ServerState.STOPPED }),
    ]);
    const { findByRole, queryByRole, findByText, router, user } = await showServers(
      open,
      '/servers?state=stopped',
    );
    await findByRole('row', { name: /web-2/ });
    expect(queryByRole('row', { name: /web-1/ })).toBeNull();

    await user.type(await findByRole('searchbox'), 'db');
    await vi.waitFor(() => expect(router.state.location.search).toBe('?state=stopped&q=db'));
    await findByText('1 of 3');

    await user.type(await findByRole('searchbox'), 'nothing');
    await user.click(await findByRole('button', { name: 'Clear filters' }));
    await findByRole('row', { name: /web-1/ });
  });

  it('says why there is nothing to see, and tries again', async () => {
    let refused = true;
    const { open } = aStream([aServer({ name: 'web-1' })]);
    const { findByRole, user } = await showServers(async function* () {
      if (refused) throw refusal(Code.PermissionDenied, 'ROLE_REQUIRED');
      yield* open();
    });
    expect(await findByRole('alert')).toHaveTextContent('Your account may not do this.');
    refused = false;
    await user.click(await findByRole('button', { name: 'Try again' }));
    await findByRole('row', { name: /web-1/ });
  });

  it('shows what running servers use as it comes, and says when it is old', async () => {
    const running = aServer({ name: 'web-1', state: ServerState.RUNNING });
    const stopped = aServer({ name: 'web-2', state: ServerState.STOPPED });
    const used = (cpuRatio: number, stale = false) => ({
      serverId: running.id,
      sampleTime: { seconds: 1n },
      cpuRatio,
      memoryBytes: 1n,
      memoryLimitBytes: 4n,
      stale,
    });
    const figures = aStreamOf<object>(() => ({
      event: { case: 'snapshot', value: { stats: [used(0.12)] } },
    }));
    const { open } = aStream([running, stopped]);
    const { findByRole } = await showServers(open, '/servers', (r) =>
      r.rpc(Monitoring.method.watchStats, figures.open as never),
    );
    const row = await findByRole('row', { name: /web-1/ });
    await within(row).findByText('12%');
    expect(row).toHaveTextContent('CPU 12% RAM 25%');
    expect(figures.opened).toMatchObject([{ serverIds: [running.id] }]);

    figures.send({ event: { case: 'changes', value: { stats: [used(0.95)] } } });
    await within(row).findByText('95%');
    figures.cut(refusal(Code.Unavailable, 'STOPPING'));
    await within(row).findByText('Out of date');
    await within(row).findByText('12%');
    expect(within(row).queryByText('Out of date')).toBeNull();
  });

  it('draws a few rows of ten thousand', async () => {
    const { open } = aStream(Array.from({ length: 10_000 }, () => aServer()));
    const { findByText, findByRole, getAllByRole } = await showServers(open);
    await findByText('10,000 servers');
    expect(await findByRole('table')).toHaveAttribute('aria-rowcount', '10001');
    expect(getAllByRole('row').length).toBeLessThan(100);
  });
});

describe('listServers', () => {
  const servers = [
    aServer({ name: 'web-10', priceMinor: 1n }),
    aServer({ name: 'web-2', priceMinor: 3n }),
    aServer({ name: 'db', priceMinor: 2n, state: ServerState.LOST, addresses: [{ address: '192.0.2.7' }] }),
  ];
  const names = (options: Partial<Parameters<typeof listServers>[1]>) =>
    listServers(servers, { query: '', owner: '', state: undefined, sort: NEWEST_FIRST, ...options }).map(
      ({ name }) => name,
    );

  it('sorts the newest first, numbers as numbers, and by price', () => {
    expect(names({})).toEqual(['db', 'web-2', 'web-10']);
    expect(names({ sort: parseSort('name') })).toEqual(['db', 'web-2', 'web-10']);
    expect(names({ sort: parseSort('price') })).toEqual(['web-10', 'db', 'web-2']);
    expect(names({ sort: parseSort('-price') })).toEqual(['web-2', 'db', 'web-10']);
  });

  it('finds by part of the name, by address, by mood and by owner', () => {
    expect(names({ owner: 'nobody' })).toEqual([]);
    expect(names({ query: ' WEB-1' })).toEqual(['web-10']);
    expect(names({ query: '192.0' })).toEqual(['db']);
    expect(names({ state: 'broken' })).toEqual(['db']);
  });

  it('reads the order from the address and takes nonsense for none', () => {
    expect(formatSort(parseSort('-name'))).toBe('-name');
    expect(parseSort('--name')).toEqual(NEWEST_FIRST);
    expect(parseSort('')).toEqual(NEWEST_FIRST);
  });
});
