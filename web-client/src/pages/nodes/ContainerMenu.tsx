/** What operators do with a container, as far as the machine's owner grants it. */
import {
  AgentCapability,
  type Container,
  ContainerState,
  ContainerVerb,
  type Node,
  NodeCommandState,
} from '@hostler/client';
import { ActionIcon, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDotsVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useNodeCommand } from '@/api/nodeCommands';
import { ConfirmByName } from '@/components/ConfirmByName';
import { useToasts } from '@/components/toast';
import type { English } from '@/i18n/areas';
import { commandState } from '@/staff/commandState';

import { ContainerLogs } from './ContainerLogs';

type VerbName = keyof English['nodes']['containers']['verbs'];

interface Choice {
  readonly verb: ContainerVerb;
  readonly name: VerbName;
  /** In which it makes sense. */
  readonly states: readonly ContainerState[];
}

const { CREATED, RUNNING, PAUSED, RESTARTING, EXITED } = ContainerState;

const CHOICES: readonly Choice[] = [
  { verb: ContainerVerb.START, name: 'start', states: [CREATED, EXITED] },
  { verb: ContainerVerb.STOP, name: 'stop', states: [RUNNING, RESTARTING] },
  { verb: ContainerVerb.RESTART, name: 'restart', states: [RUNNING, RESTARTING] },
  { verb: ContainerVerb.PAUSE, name: 'pause', states: [RUNNING] },
  { verb: ContainerVerb.UNPAUSE, name: 'unpause', states: [PAUSED] },
  { verb: ContainerVerb.KILL, name: 'kill', states: [RUNNING, RESTARTING, PAUSED] },
];

interface Props {
  readonly node: Node;
  readonly container: Container;
}

export function ContainerMenu({ node, container }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const run = useNodeCommand();
  const [busy, setBusy] = useState(false);
  const [removing, removal] = useDisclosure(false);
  const [reading, logs] = useDisclosure(false);
  const grants = new Set(node.facts?.capabilities);
  const choices = grants.has(AgentCapability.CONTAINERS_CONTROL)
    ? CHOICES.filter(({ states }) => states.includes(container.state))
    : [];
  const mayRead = grants.has(AgentCapability.CONTAINERS_LOGS);
  const mayRemove = grants.has(AgentCapability.CONTAINERS_REMOVE);
  if (choices.length === 0 && !mayRead && !mayRemove) return null;

  const act = async (verb: ContainerVerb, name: VerbName) => {
    setBusy(true);
    try {
      const done = await run({
        nodeId: node.id,
        action: {
          action: {
            case: 'container',
            // Whoever types a container's name to remove it has seen that it runs.
            value: { containerId: container.id, verb, force: verb === ContainerVerb.REMOVE },
          },
        },
        // Leaving the page takes nothing back.
        signal: new AbortController().signal,
      });
      if (done?.state === NodeCommandState.SUCCEEDED)
        toasts.success(t(`nodes.containers.done.${name}`, { name: container.name }));
      else if (done)
        toasts.warning(
          t('nodes.containers.notDone', { name: container.name }),
          done.problem || t(`nodes.commandStates.${commandState(done.state)[0]}`),
        );
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
      removal.close();
    }
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={busy}
            aria-label={t('nodes.containers.actions', { name: container.name })}
          >
            <IconDotsVertical size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {choices.map(({ verb, name }) => (
            <Menu.Item key={name} onClick={() => void act(verb, name)}>
              {t(`nodes.containers.verbs.${name}`)}
            </Menu.Item>
          ))}
          {mayRead && <Menu.Item onClick={logs.open}>{t('nodes.containers.logs.action')}</Menu.Item>}
          {mayRemove && (
            <Menu.Item color="red" onClick={removal.open}>
              {t('nodes.containers.verbs.remove')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ConfirmByName
        opened={removing}
        onClose={removal.close}
        title={t('nodes.containers.remove.title', { name: container.name })}
        name={container.name}
        action={t('nodes.containers.verbs.remove')}
        busy={busy}
        onConfirm={() => void act(ContainerVerb.REMOVE, 'remove')}
      >
        {t('nodes.containers.remove.text')}
      </ConfirmByName>
      {reading && <ContainerLogs node={node} container={container} onClose={logs.close} />}
    </>
  );
}
