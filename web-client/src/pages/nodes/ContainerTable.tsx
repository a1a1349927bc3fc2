/** Containers in a table: what they are, how they are, and what they use. */
import { type Container, ContainerState, type Node } from '@hostler/client';
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useOperates } from '@/api/me';
import { type Column, RecordTable } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { containerHealth, containerState } from '@/staff/containerState';

import { ContainerMenu } from './ContainerMenu';

interface Props {
  readonly node: Node;
  readonly containers: readonly Container[];
  /** What they use is of the past, and not shown. */
  readonly stale: boolean;
}

export function ContainerTable({ node, containers, stale }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const operates = useOperates();
  const stats = ({ stats: known }: Container) => (stale ? undefined : known);
  const rate = (bytes: bigint | undefined) => (bytes === undefined ? '–' : format.rate(bytes));
  const pair = (first: bigint | undefined, second: bigint | undefined, text: 'traffic' | 'disk') =>
    first === undefined && second === undefined
      ? '–'
      : t(`nodes.containers.${text}`, { in: rate(first), out: rate(second) });
  const columns: Column<Container>[] = [
    { label: t('nodes.containers.columns.name'), cell: (container) => <Name container={container} /> },
    { label: t('nodes.containers.columns.state'), cell: (container) => <State container={container} /> },
    {
      label: t('nodes.containers.columns.cpu'),
      cell: (container) => {
        const cores = stats(container)?.cpuCores;
        return cores === undefined ? '–' : format.percent(cores);
      },
    },
    {
      label: t('nodes.containers.columns.memory'),
      cell: (container) => {
        const { memoryBytes: used, memoryLimitBytes: limit } = stats(container) ?? {};
        if (used === undefined) return '–';
        const of = limit === undefined ? '' : ` ${t('nodes.of', { limit: format.size(limit) })}`;
        return `${format.size(used)}${of}`;
      },
    },
    {
      label: t('nodes.containers.columns.network'),
      cell: (container) => pair(stats(container)?.networkInRate, stats(container)?.networkOutRate, 'traffic'),
    },
    {
      label: t('nodes.containers.columns.disk'),
      cell: (container) => pair(stats(container)?.diskReadRate, stats(container)?.diskWriteRate, 'disk'),
    },
    { label: t('nodes.containers.columns.ports'), cell: (container) => <Ports container={container} /> },
  ];
  if (operates)
    columns.push({
      label: t('nodes.containers.columns.actions'),
      cell: (container) => <ContainerMenu node={node} container={container} />,
    });
  return (
    <RecordTable
      label={t('nodes.containers.title')}
      columns={columns}
      rows={containers}
      rowKey={({ id }) => id}
    />
  );
}

function Name({ container: { name, image, composeProject } }: { readonly container: Container }) {
  const { t } = useTranslation();
  return (
    <Stack gap={0}>
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {image}
      </Text>
      {composeProject !== '' && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('nodes.containers.project', { name: composeProject })}
        </Text>
      )}
    </Stack>
  );
}

function State({ container }: { readonly container: Container }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [state, color] = containerState(container.state);
  const health = containerHealth(container.health);
  const runs = container.state === ContainerState.RUNNING;
  return (
    <Stack gap={0}>
      <StateBadge color={color} label={t(`nodes.containers.states.${state}`)} />
      {health && runs && <StateBadge color={health[1]} label={t(`nodes.containers.health.${health[0]}`)} />}
      <Text size="xs" c="dimmed">
        {container.exitCode !== undefined &&
          t('nodes.containers.exitCode', { code: format.number(container.exitCode) })}{' '}
        {container.oomKilled && t('nodes.containers.oomKilled')}
      </Text>
      {container.restartCount > 0 && (
        <Text size="xs" c="dimmed">
          {t('nodes.containers.restarts', {
            count: container.restartCount,
            formatted: format.number(container.restartCount),
          })}
        </Text>
      )}
      <Text size="xs" c="dimmed" component="div">
        <Time value={runs ? container.startTime : container.endTime} />
      </Text>
    </Stack>
  );
}

function Ports({ container: { ports } }: { readonly container: Container }) {
  if (ports.length === 0) return '–';
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {ports
        .map(({ hostAddress, hostPort, containerPort, protocol }) => {
          const address = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress || '*';
          return `${address}:${hostPort}→${containerPort}/${protocol}`;
        })
        .join(', ')}
    </Text>
  );
}
