import { labelsOf } from '@/forms/nodeLabels';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AgentCapability,
  ContainerHealth,
  Containers,
  ContainerState,
  ContainerVerb,
  type CreateEnrolmentTokenRequest,
  EnrolmentTokenState,
  NodeCommands,
  NodeCommandState,
  NodeState,
  Nodes,
  OutputKind,
  type QueryNodeStatsRequest,
  type RevokeNodeRequest,
  type RunNodeCommandRequest,
  StatsMetric,
  type UpdateNodeRequest,
} from '@hostler/client';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs, SUPPORT } from '../../../test/staff';
import { aStream } from '../../../test/streams';

const DB = {
  id: 'db',
  displayName: 'db-1',
  state: NodeState.ONLINE,
  labels: { site: 'berlin' },
  facts: { hostname: 'db-1.example', operatingSystem: 'Debian 12', cpuCount: 2, memoryBytes: 4n << 30n },
  createTime: timestampFromMs(0),
  etag: 'first',
};
const WEB = { id: 'web', displayName: 'web-1', state: NodeState.OFFLINE, createTime: timestampFromMs(0) };
const BUSY = {
  nodeId: 'db',
  stale: false,
  fullestDiskRatio: 0.75,
  sample: {
    time: timestampFromMs(1_800_000_000_000),
    cpuRatio: 0.25,
    coreRatios: [0.5, 0],
    memoryBytes: 1n << 30n,
    memoryLimitBytes: 4n << 30n,
    fileSystems: [{ mountPoint: '/srv', type: 'ext4', device: '/dev/sda1', usedBytes: 3n, limitBytes: 4n }],
  },
};

type NodeInit = Partial<Omit<typeof DB, 'facts'>> & {
  facts?: typeof DB.facts & { capabilities?: AgentCapability[] };
};

function withNodes(router: ConnectRouter, nodes: NodeInit[], user = OPERATOR) {
  signedInAs(router, user);
  const stream = aStream(() => ({ event: { case: 'snapshot' as const, value: { nodes } } }));
  router.rpc(Nodes.method.watchNodes, stream.open as never);
  const stats = aStream(() => ({ event: { case: 'snapshot' as const, value: { stats: [BUSY] } } }));
  router.rpc(Nodes.method.watchNodeStats, stats.open as never);
  router.rpc(Nodes.method.listEnrolmentTokens, () => ({
    enrolmentTokens: [{ id: 'token', state: EnrolmentTokenState.ACTIVE }],
  }));
  return stream;
}

describe('the list of nodes', () => {
  it('shows what each does, and finds them by words and by state', async () => {
    const { findByRole, findByText, queryByText, router, user } = await renderApp({
      at: '/operator/nodes',
      server: (r) => void withNodes(r, [WEB, DB]),
    });
    const card = (await findByRole('link', { name: 'db-1' })).closest('li');
    expect(card).not.toBeNull();
    expect(within(card as HTMLElement).getByRole('meter', { name: 'Processor' })).toHaveAttribute(
      'aria-valuetext',
      '25%',
    );
    await findByText('Offline', { selector: 'span' });
    await user.type(await findByRole('searchbox'), 'site=berlin');
    await vi.waitFor(() => expect(queryByText('web-1')).toBeNull());
    expect(router.state.location.search).toBe('?q=site%3Dberlin');
  });

  it('is a table for those who want one, and has nothing to change for support', async () => {
    const { findByRole, queryByRole } = await renderApp({
      at: '/operator/nodes?view=table',
      server: (r) => void withNodes(r, [DB], SUPPORT),
    });
    const row = await findByRole('row', { name: /db-1/ });
    expect(row).toHaveTextContent('75%');
    expect(queryByRole('button', { name: 'Enrol a machine' })).toBeNull();
    expect(queryByRole('region', { name: 'Enrolment tokens' })).toBeNull();
  });

  it('lets a machine join: shows the token once and tells when it has come', async () => {
    const sent: CreateEnrolmentTokenRequest[] = [];
    let made = { id: 'made', enrolledNodeId: '' };
    let stream: ReturnType<typeof withNodes> | undefined;
    const { findByRole, findByText, user } = await renderApp({
      at: '/operator/nodes',
      server: (r) => {
        stream = withNodes(r, [WEB]);
        r.rpc(Nodes.method.createEnrolmentToken, (request) => {
          sent.push(request);
          return { secret: 'hse_secret', enrolmentToken: { id: 'made' } };
        });
        r.rpc(Nodes.method.listEnrolmentTokens, () => ({
          enrolmentTokens: [{ id: 'another', enrolledNodeId: 'web' }, made],
        }));
      },
    });
    await user.click(await findByRole('button', { name: 'Enrol a machine' }));
    const dialog = within(await findByRole('dialog', { name: 'Enrol a machine' }));
    await user.type(dialog.getByRole('textbox', { name: 'Labels' }), 'site');
    await user.click(dialog.getByRole('button', { name: 'Make a token' }));
    await findByText('Write each once, as key=value, on a line of its own.');
    await user.type(dialog.getByRole('textbox', { name: 'Labels' }), '=berlin{Enter}role=db');
    await user.click(dialog.getByRole('button', { name: 'Make a token' }));
    await findByText('hse_secret');
    expect(sent).toMatchObject([{ labels: { site: 'berlin', role: 'db' }, ttl: { seconds: 3600n } }]);
    expect(dialog.getByRole('group', { name: 'On the machine, as root' })).toHaveTextContent(
      'hostler-agent enrol --server http://localhost:3000 --token-stdin',
    );
    await findByText('Waiting for the machine…');
    made = { id: 'made', enrolledNodeId: 'db' };
    stream?.send({ event: { case: 'changed', value: DB } as never });
    await findByText('db-1 has joined.', undefined, { timeout: 5_000 });
  });
});

describe('the page of a node', () => {
  it('shows its cores, file systems and grants', async () => {
    const { findByRole, findByText } = await renderApp({
      at: '/operator/nodes/db',
      server: (r) => void withNodes(r, [DB], SUPPORT),
    });
    await findByRole('row', { name: /\/srv/ });
    expect(await findByRole('meter', { name: 'Core 0' })).toHaveAttribute('aria-valuetext', '50%');
    await findByText('nothing: it only tells what it sees');
  });

  it('shows what it has used, and leaves out what it has not', async () => {
    const asked: QueryNodeStatsRequest[] = [];
    const noon = Date.now() - 60_000;
    const { findByRole, findByText, queryByRole } = await renderApp({
      at: '/operator/nodes/db?tab=statistics&view=table',
      server: (r) => {
        withNodes(r, [DB], SUPPORT);
        r.rpc(Nodes.method.queryNodeStats, (request) => {
          asked.push(request);
          const points = [{ time: timestampFromMs(noon), average: 0.5, maximum: 1.5, count: 1n }];
          return {
            pointWidth: durationFromMs(10_000),
            series: [
              { metric: StatsMetric.LOAD_1, points },
              {
                metric: StatsMetric.FULLEST_DISK_RATIO,
                points: points.map((one) => ({ ...one, maximum: 0.75 })),
              },
            ],
          };
        });
      },
    });
    const load = within(await findByRole('table', { name: 'Load' }));
    expect(load.getByRole('columnheader', { name: '15 minutes, maximum' })).toBeVisible();
    expect(load.getAllByRole('row')[1]).toHaveTextContent('0.51.5––');
    await findByText('50% on average, at most 75%');
    expect(queryByRole('table', { name: 'Processes' })).not.toBeNull();
    expect(queryByRole('table', { name: 'Temperature' }), 'it has no sensor').toBeNull();
    expect(asked).toMatchObject([{ nodeId: 'db', maxPoints: 300 }]);
  });

  it('is renamed, and cut off after a question', async () => {
    const updates: UpdateNodeRequest[] = [];
    const revoked: RevokeNodeRequest[] = [];
    const { findByRole, findByText, user } = await renderApp({
      at: '/operator/nodes/db',
      server: (r) => {
        withNodes(r, [DB]);
        r.rpc(Nodes.method.updateNode, (request) => {
          updates.push(request);
          return { node: { ...DB, displayName: 'db-2' } };
        });
        r.rpc(Nodes.method.revokeNode, (request) => {
          revoked.push(request);
          return { node: { ...DB, displayName: 'db-2', state: NodeState.REVOKED } };
        });
      },
    });
    await user.click(await findByRole('button', { name: 'Edit' }));
    const name = await findByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'db-2');
    const machine = await findByRole('textbox', { name: 'Machine of a hypervisor' });
    await user.type(machine, 'main');
    await user.click(await findByRole('button', { name: 'Save' }));
    await findByText('Write it as hypervisor/node, such as main/pve1.');
    await user.type(machine, '/pve1');
    await user.click(await findByRole('button', { name: 'Save' }));
    await findByRole('heading', { name: 'db-2' });
    expect(updates).toMatchObject([
      {
        node: { id: 'db', displayName: 'db-2', hypervisorNode: { hypervisor: 'main', node: 'pve1' } },
        updateMask: { paths: ['display_name', 'hypervisor_node'] },
        etag: 'first',
      },
    ]);
    await user.click(await findByRole('button', { name: 'Cut off' }));
    const dialog = within(await findByRole('dialog', { name: 'Cut db-2 off?' }));
    expect(revoked).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Cut off' }));
    await findByText('The node is cut off.');
    expect(revoked).toMatchObject([{ nodeId: 'db', etag: 'first' }]);
  });

  it('shows what somebody else made of it meanwhile, before it is changed', async () => {
    const updates: UpdateNodeRequest[] = [];
    const theirs = { ...DB, labels: { note: 'old, slow' }, etag: 'second' };
    const { findByRole, user } = await renderApp({
      at: '/operator/nodes/db',
      server: (r) => {
        withNodes(r, [DB]);
        r.rpc(Nodes.method.getNode, () => ({ node: theirs }));
        r.rpc(Nodes.method.updateNode, (request) => {
          updates.push(request);
          if (request.etag === 'first') throw refusal(Code.Aborted, 'ETAG_MISMATCH');
          return { node: { ...DB, labels: request.node?.labels ?? {} } };
        });
      },
    });
    await user.click(await findByRole('button', { name: 'Edit' }));
    const labels = await findByRole('textbox', { name: 'Labels' });
    await user.type(labels, '{Enter}role=db');
    await user.click(await findByRole('button', { name: 'Save' }));
    await user.click(await findByRole('button', { name: 'Load what is there now' }));
    await vi.waitFor(() => expect(labels).toHaveValue('note=old, slow'));
    await user.type(labels, '{Enter}role=db');
    await user.click(await findByRole('button', { name: 'Save' }));
    await vi.waitFor(() => expect(updates).toHaveLength(2));
    expect(updates[1]).toMatchObject({
      node: { labels: { note: 'old, slow', role: 'db' } },
      updateMask: { paths: ['labels'] },
      etag: 'second',
    });
  });

  it('says so when there is no such node', async () => {
    const { findByRole } = await renderApp({
      at: '/operator/nodes/gone',
      server: (r) => void withNodes(r, [DB]),
    });
    await findByRole('heading', { name: 'No such node' });
  });
});

describe('the containers of a node', () => {
  const NGINX = {
    id: 'a',
    name: 'web',
    image: 'nginx:1.27',
    state: ContainerState.RUNNING,
    health: ContainerHealth.HEALTHY,
    restartCount: 2,
    ports: [{ hostAddress: '::', hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    stats: { containerId: 'a', cpuCores: 0.5, memoryBytes: 64n << 20n },
  };
  const JOB = { id: 'b', name: 'job', image: 'bb:1', state: ContainerState.EXITED, exitCode: 137 };

  function withContainers(router: ConnectRouter, told: object) {
    withNodes(router, [DB], SUPPORT);
    const stream = aStream(() => ({
      event: { case: 'changed' as const, value: { nodeId: 'db', complete: true, ...told } },
    }));
    router.rpc(Containers.method.watchContainers, stream.open as never);
    return stream;
  }

  it('are shown as they change, those that need somebody first', async () => {
    let stream: ReturnType<typeof withContainers> | undefined;
    const { findByRole, findAllByRole, queryByRole, user } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => {
        const engine = { name: 'docker', version: '27.3.1' };
        stream = withContainers(r, { engine, containers: [JOB, NGINX] });
      },
    });
    const web = await findByRole('row', { name: /web/ });
    for (const text of ['Healthy', '50%', '64 MiB', 'started anew 2 times', '[::]:8080→80/tcp'])
      expect(web).toHaveTextContent(text);
    expect(await findByRole('row', { name: /job/ })).toHaveTextContent('code 137');
    const send = (value: object) =>
      stream?.send({ event: { case: 'changed', value: { nodeId: 'db', ...value } } } as never);
    send({ containers: [{ ...JOB, state: ContainerState.RESTARTING }] });
    await vi.waitFor(async () => expect((await findAllByRole('row'))[1]).toHaveTextContent('job'));
    send({ removedContainerIds: ['b'], problem: 'it does not answer', stale: true });
    await vi.waitFor(() => expect(queryByRole('row', { name: /job/ })).toBeNull());
    expect(await findByRole('row', { name: /web/ })).not.toHaveTextContent('50%');
    expect(await findByRole('alert', { name: 'Not all is known' })).toHaveTextContent('it does not answer');
    await user.type(await findByRole('searchbox'), 'postgres');
    await findByRole('heading', { name: 'No container fits' });
  });

  it('are a hundred at first', async () => {
    const many = Array.from({ length: 120 }, (_, number) => ({
      ...JOB,
      id: `${number}`,
      name: `job-${number}`,
    }));
    const { findAllByRole, findByRole, user } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => void withContainers(r, { containers: many }),
    });
    expect(await findAllByRole('row')).toHaveLength(101);
    await user.click(await findByRole('button', { name: 'Show all 120' }));
    expect(await findAllByRole('row')).toHaveLength(121);
  });

  it('say so when nothing is known of them', async () => {
    const { findByRole } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => void withContainers(r, {}),
    });
    await findByRole('heading', { name: 'Nothing known of containers' });
  });
});

describe('what is done with containers', () => {
  const WEB_BOX = { id: 'a'.repeat(64), name: 'web', image: 'nginx:1.27', state: ContainerState.RUNNING };
  const GRANTED = {
    ...DB,
    facts: {
      ...DB.facts,
      capabilities: [
        AgentCapability.CONTAINERS_CONTROL,
        AgentCapability.CONTAINERS_LOGS,
        AgentCapability.IMAGES_PULL,
      ],
    },
  };

  function withCommands(router: ConnectRouter, events: object[], user = OPERATOR) {
    const runs: RunNodeCommandRequest[] = [];
    withNodes(router, [GRANTED], user);
    const containers = { nodeId: 'db', complete: true, containers: [WEB_BOX] };
    const stream = aStream(() => ({ event: { case: 'changed' as const, value: containers } }));
    router.rpc(Containers.method.watchContainers, stream.open as never);
    router.rpc(NodeCommands.method.runNodeCommand, (request) => {
      runs.push(request);
      return { command: { id: 'command', state: NodeCommandState.QUEUED } };
    });
    router.rpc(NodeCommands.method.watchNodeCommand, async function* () {
      for (const event of events) yield { event } as never;
      await Promise.resolve();
    });
    return runs;
  }

  it('is what the machine grants, and tells how it ended', async () => {
    let runs: RunNodeCommandRequest[] = [];
    const { findByRole, findByText, queryByRole, user } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => {
        const refused = { id: 'command', state: NodeCommandState.FAILED, problem: 'no such container' };
        runs = withCommands(r, [{ case: 'changed', value: refused }]);
      },
    });
    await user.click(await findByRole('button', { name: 'Actions for web' }));
    // Without a layout the menu counts as scrolled out of sight.
    const hidden = true;
    await findByRole('menuitem', { name: 'Logs', hidden });
    expect(queryByRole('menuitem', { name: 'Remove', hidden })).toBeNull();
    expect(queryByRole('menuitem', { name: 'Start', hidden })).toBeNull();
    await user.click(await findByRole('menuitem', { name: 'Stop', hidden }));
    await findByText('no such container');
    expect(runs).toMatchObject([
      { nodeId: 'db', action: { action: { value: { containerId: WEB_BOX.id, verb: ContainerVerb.STOP } } } },
    ]);
  });

  it('shows logs without what controls a terminal', async () => {
    const bytes = new TextEncoder().encode('\u001b[31mred\u001b[0m text\n');
    const { findByRole, findByText, user } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) =>
        void withCommands(r, [
          { case: 'output', value: { kind: OutputKind.STDOUT, data: bytes } },
          { case: 'changed', value: { id: 'command', state: NodeCommandState.SUCCEEDED } },
        ]),
    });
    await user.click(await findByRole('button', { name: 'Actions for web' }));
    await user.click(await findByRole('menuitem', { name: 'Logs', hidden: true }));
    await findByRole('dialog', { name: 'Logs of web' });
    await findByText('red text');
  });

  it('is not for support', async () => {
    const { findByRole, queryByRole } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => void withCommands(r, [], SUPPORT),
    });
    await findByRole('row', { name: /web/ });
    expect(queryByRole('button', { name: 'Actions for web' })).toBeNull();
  });

  it('fetches an image and shows how far that is, layer by layer', async () => {
    const line = (text: string) => ({
      case: 'output',
      value: { kind: OutputKind.PROGRESS, data: new TextEncoder().encode(text) },
    });
    let runs: RunNodeCommandRequest[] = [];
    const { findByRole, user } = await renderApp({
      at: '/operator/nodes/db?tab=containers',
      server: (r) => {
        const failed = { id: 'command', state: NodeCommandState.FAILED, problem: 'no space left' };
        runs = withCommands(r, [
          line('3f4e: Downloading 1 of 30 MiB\n'),
          line('9a0b: Pull complete\n'),
          line('3f4e: Downloading 12 of 30 MiB\n'),
          { case: 'changed', value: failed },
        ]);
      },
    });
    await user.click(await findByRole('button', { name: 'Fetch image' }));
    await user.type(await findByRole('textbox', { name: 'Image' }), 'nginx:1.27');
    await user.click(await findByRole('button', { name: 'Fetch' }));
    expect(await findByRole('alert', { name: 'Not fetched' })).toHaveTextContent('no space left');
    expect((await findByRole('log')).textContent).toBe('3f4e: Downloading 12 of 30 MiB\n9a0b: Pull complete');
    expect(runs).toMatchObject([{ action: { action: { case: 'pull', value: { image: 'nginx:1.27' } } } }]);
  });

  it('is listed, and what has not ended can be taken back', async () => {
    const cancelled: string[] = [];
    const { findByRole, queryByRole, user } = await renderApp({
      at: '/operator/nodes/db?tab=commands',
      server: (r) => {
        withCommands(r, []);
        const stop = { case: 'container', value: { containerId: WEB_BOX.id, verb: ContainerVerb.STOP } };
        const pull = { case: 'pull', value: { image: 'nginx:1.27' } };
        r.rpc(NodeCommands.method.listNodeCommands, () => ({
          commands: [
            {
              id: 'waiting',
              action: { action: pull as never },
              state: cancelled.length > 0 ? NodeCommandState.CANCELLED : NodeCommandState.QUEUED,
            },
            {
              id: 'done',
              action: { action: stop as never },
              state: NodeCommandState.REFUSED,
              problem: 'containers.control is not granted',
            },
          ],
        }));
        r.rpc(NodeCommands.method.cancelNodeCommand, ({ nodeCommandId }) => {
          cancelled.push(nodeCommandId);
          return {};
        });
      },
    });
    const stopped = await findByRole('row', { name: /Stop web/ });
    expect(stopped).toHaveTextContent('Not granted on the machine');
    expect(stopped).toHaveTextContent('containers.control is not granted');
    await user.click(await findByRole('button', { name: 'Take back' }));
    await vi.waitFor(() => expect(queryByRole('button', { name: 'Take back' })).toBeNull());
    expect(cancelled).toEqual(['waiting']);
    expect(await findByRole('row', { name: /Fetch image nginx/ })).toHaveTextContent('Taken back');
  });
});

describe('labels', () => {
  it('are read as they are written', () => {
    const lines = ' site=berlin \n\n role = db\nnote=old, slow\nempty=';
    expect(labelsOf(lines)).toEqual({ site: 'berlin', role: 'db', note: 'old, slow', empty: '' });
    expect(labelsOf('')).toEqual({});
    expect(labelsOf('site')).toBeUndefined();
    expect(labelsOf('=x')).toBeUndefined();
    expect(labelsOf('a=1\na=2')).toBeUndefined();
  });
});
