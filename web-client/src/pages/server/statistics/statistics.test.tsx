import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import {
  Auth,
  Catalog,
  Monitoring,
  Operations,
  type QueryStatsRequest,
  Servers,
  type ServerStats,
  ServerStatsSchema,
  StatsMetric,
  Users,
} from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { aServer, aUser, refusal, tokens } from '../../../../test/messages';
import { renderApp } from '../../../../test/renderApp';
import { aStream } from '../../../../test/streams';

/** Where nothing has a size, a chart draws nothing; what it says is beside it in words, and in the table. */
vi.mock('./HistoryChart', () => ({ default: () => null }));

const MIB = 1024n ** 2n;
const NOON = Date.UTC(2026, 0, 2, 12);

function stats(init: MessageInitShape<typeof ServerStatsSchema> = {}): ServerStats {
  return create(ServerStatsSchema, {
    serverId: 'server-1',
    sampleTime: timestampFromMs(NOON),
    cpuRatio: 0.25,
    memoryBytes: 512n * MIB,
    memoryLimitBytes: 1024n * MIB,
    networkInRate: 1536n * 1024n,
    ...init,
  });
}

/** The tab of a server's statistics, and the questions that it asked. */
async function showStatistics(search = '') {
  const server = aServer({ id: 'server-1', name: 'web-1' });
  const figures = aStream(() => ({ event: { case: 'snapshot', value: { stats: [stats()] } } }));
  const asked: QueryStatsRequest[] = [];
  const page = await renderApp({
    at: `/servers/server-1?tab=statistics${search}`,
    server: (r) => {
      r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
      r.rpc(Users.method.getMe, () => ({ user: aUser() }));
      r.rpc(Servers.method.getServer, () => ({ server }));
      r.rpc(Servers.method.watchServers, async function* () {
        yield { event: { case: 'snapshot' as const, value: { servers: [server], last: true } } };
        await new Promise(() => {});
      });
      r.rpc(Operations.method.listOperations, () => ({ operations: [] }));
      r.rpc(Catalog.method.getTariff, () => ({}));
      r.rpc(Catalog.method.getOperatingSystem, () => ({}));
      r.rpc(Monitoring.method.watchStats, figures.open as never);
      r.rpc(Monitoring.method.queryStats, (request) => {
        asked.push(request);
        return {
          pointWidth: durationFromMs(30_000),
          series: [
            {
              metric: StatsMetric.CPU_RATIO,
              points: [
                { time: timestampFromMs(NOON - 60_000), average: 0.1, maximum: 0.3, count: 1n },
                { time: timestampFromMs(NOON - 30_000), average: 0.2, maximum: 0.5, count: 1n },
              ],
            },
          ],
        };
      });
    },
  });
  return {
    ...page,
    figures,
    asked,
    change: (init: MessageInitShape<typeof ServerStatsSchema>) =>
      figures.send({ event: { case: 'changes', value: { stats: [stats(init)] } } }),
  };
}

describe('the statistics of a server', () => {
  it('show the newest figures as they come, and tell what is not known from nothing', async () => {
    const { findByRole, findByText, figures, change } = await showStatistics();
    const cpu = await findByRole('group', { name: 'Processor' });
    await within(cpu).findByText('25%');
    expect(figures.opened).toMatchObject([{ serverIds: ['server-1'] }]);
    expect(within(cpu).getByRole('meter')).toHaveAttribute('aria-valuenow', '25');
    const network = await findByRole('group', { name: 'Network' });
    expect(network).toHaveTextContent('In1.5 MiB/sOut–');
    await findByText('Live');

    change({ cpuRatio: 0.5, memoryBytes: undefined, sampleTime: timestampFromMs(NOON + 2_000) });
    await within(cpu).findByText('50%');
    const memory = await findByRole('group', { name: 'Memory' });
    expect(within(memory).getByTitle('Not known')).toBeVisible();

    change({ stale: true });
    await findByText('Out of date');
  });

  it('say that the connection is down, keep what was known, and come back', async () => {
    const { findByRole, findByText, findAllByText, figures } = await showStatistics();
    await findByText('Live');
    figures.cut(refusal(Code.Unavailable, 'STOPPING'));
    await findAllByText('Reconnecting…');
    expect(await findByRole('group', { name: 'Processor' })).toHaveTextContent('25%');
    await findByText('Live');
    expect(figures.opened).toHaveLength(2);
  });

  it('show history over the range in the address, as a table for those who want one', async () => {
    const { findByRole, user, router, asked } = await showStatistics('&range=7d&view=table');
    const table = await findByRole('table', { name: 'Processor' });
    await vi.waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(3));
    expect(within(table).getAllByRole('row')[1]).toHaveTextContent('20%50%');
    expect(await findByRole('radio', { name: '7 days' })).toBeChecked();
    const length = (request?: QueryStatsRequest) =>
      (Date.now() - Number(request?.startTime?.seconds) * 1000) / 86_400_000;
    expect(Math.round(length(asked[0]))).toBe(7);

    await user.click(await findByRole('radio', { name: '30 days' }));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(Math.round(length(asked[1]))).toBe(30);
    expect(router.state.location.search).toBe('?tab=statistics&range=30d&view=table');
  });

  it('sum a chart up in words', async () => {
    const { findByRole, findByText } = await showStatistics();
    await findByRole('heading', { name: 'History' });
    await findByText('15% on average, at most 50%');
  });
});
