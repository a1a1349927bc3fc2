/** A machine with an agent and, where a Docker can be had, containers in several states. */
import { randomUUID } from 'node:crypto';

import { AlertState, ContainerProblem, ContainerVerb, NodeCommandState } from '@hostler/client';

import type { Api } from '../support/accounts';
import { Agent } from '../support/agent';
import { DOCKER, docker, removeContainer } from '../support/docker';
import type { ServerAddress } from '../support/hostlerd';
import { until } from '../support/until';

const GRANTS =
  '["containers.read", "containers.logs", "containers.control", "containers.remove", "images.pull"]';

export interface Machine {
  readonly nodeId: string;
  readonly end: () => Promise<void>;
}

export async function furnishMachine(server: ServerAddress, ours: Api): Promise<Machine> {
  const { secret } = await ours.nodes.createEnrolmentToken({
    displayName: 'berlin-3',
    labels: { site: 'berlin', rack: 'a-17' },
    requestId: randomUUID(),
  });
  const agent = new Agent();
  await agent.enrol(server, secret);
  await agent.run({
    HOSTLER_AGENT__GRANTS: GRANTS,
    ...(DOCKER && { HOSTLER_AGENT__CONTAINERS__SOCKET: DOCKER }),
  });
  const { nodes } = await ours.nodes.listNodes({});
  const nodeId = nodes[0]?.id ?? '';
  const names = DOCKER ? await furnishContainers(ours, nodeId) : [];
  return {
    nodeId,
    end: async () => {
      await agent.end();
      for (const name of names) removeContainer(name);
    },
  };
}

/** One that runs and one that was stopped from here; returns their names. */
async function furnishContainers(ours: Api, nodeId: string): Promise<string[]> {
  const run = `gallery-${randomUUID().slice(0, 8)}`;
  const [shop, report] = [`${run}-shop`, `${run}-report`];
  const talk = 'for n in 1 2 3; do echo "request $n of the shop was answered"; done; exec sleep 3600';
  docker(
    'run',
    '--detach',
    '--name',
    shop,
    '--memory',
    '64m',
    '--restart',
    'always',
    'box:1',
    'sh',
    '-c',
    talk,
  );
  const containerId = docker('run', '--detach', '--name', report, 'box:1', 'sleep', '3600');
  await until('the machine tells of its containers', async () => {
    const { containers } = await ours.containers.listContainers({ nodeId, pageSize: 200 });
    return containers.some(({ id }) => id === containerId);
  });
  const { command } = await ours.nodeCommands.runNodeCommand({
    nodeId,
    action: { action: { case: 'container', value: { containerId, verb: ContainerVerb.KILL } } },
    requestId: randomUUID(),
  });
  await until('the container is ended', async () => {
    const told = await ours.nodeCommands.getNodeCommand({ nodeCommandId: command?.id ?? '' });
    return told.command?.state === NodeCommandState.SUCCEEDED;
  });
  await furnishAlert(ours, nodeId, report);
  return [shop, report];
}

/** One alert that fires, of the container that has ended. */
async function furnishAlert(ours: Api, nodeId: string, container: string): Promise<void> {
  await ours.alertRules.createAlertRule({
    rule: {
      displayName: 'Report ended badly',
      installation: true,
      subjects: { subjects: { case: 'containers', value: { namePattern: container, nodeId } } },
      condition: { condition: { case: 'containerState', value: { problem: ContainerProblem.FAILED } } },
    },
    requestId: randomUUID(),
  });
  await until('the alert of the container fires', async () => {
    const { alerts } = await ours.alerts.listAlerts({ nodeId, states: [AlertState.FIRING] });
    return alerts.length > 0;
  });
}
