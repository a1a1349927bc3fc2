/** What a machine is, and what it does at this moment. */
import {
  AgentCapability,
  type FileSystem,
  type Node,
  type NodeProcess,
  type NodeStats,
} from '@hostler/client';
import { Alert, List, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useNodeDetails } from '@/api/nodeDetails';
import { shareOf } from '@/api/stats';
import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { type Column, RecordTable } from '@/components/RecordTable';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { labelLines } from '@/forms/nodeLabels';

import { machineText } from './nodeList';
import { NodeLive } from './NodeLive';

export function NodeOverview({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const { known: stats, error, retry } = useNodeDetails(node.id);
  if (!node.facts)
    return (
      <Stack>
        <Alert color="gray">{t('nodes.waitsText')}</Alert>
        <Machine node={node} />
      </Stack>
    );
  return (
    <Stack gap="lg">
      {error !== undefined && <ErrorState error={error} onRetry={retry} />}
      <NodeLive stats={stats} />
      <Units stats={stats} />
      <FileSystems rows={stats?.sample?.fileSystems ?? []} />
      <Processes rows={stats?.processes?.processes ?? []} />
      <Machine node={node} />
    </Stack>
  );
}

function Machine({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { facts } = node;
  const grants = facts?.capabilities.map(capabilityCode).filter(Boolean) ?? [];
  return (
    <Panel title={t('nodes.facts.title')}>
      <Facts
        facts={[
          { label: t('nodes.facts.host'), value: facts?.hostname || '–' },
          { label: t('nodes.facts.system'), value: facts?.operatingSystem || '–' },
          { label: t('nodes.facts.kernel'), value: facts?.kernel || '–' },
          { label: t('nodes.facts.architecture'), value: facts?.architecture || '–' },
          { label: t('nodes.facts.virtualization'), value: facts?.virtualization || '–' },
          { label: t('nodes.facts.processors'), value: facts ? format.number(facts.cpuCount) : '–' },
          { label: t('nodes.facts.memory'), value: facts ? format.size(facts.memoryBytes) : '–' },
          { label: t('nodes.facts.started'), value: <Time value={facts?.bootTime} /> },
          { label: t('nodes.facts.agent'), value: facts?.agentVersion || '–' },
          { label: t('nodes.facts.grants'), value: grants.join(', ') || t('nodes.facts.noGrants') },
          { label: t('nodes.facts.hypervisor'), value: machineText(node) || t('nodes.facts.none') },
          {
            label: t('nodes.facts.labels'),
            value: labelLines(node.labels).join(', ') || t('nodes.facts.none'),
          },
          { label: t('nodes.facts.joined'), value: <Time value={node.createTime} /> },
          { label: t('nodes.facts.connected'), value: <Time value={node.attachTime} /> },
          { label: t('nodes.facts.seen'), value: <Time value={node.seenTime} /> },
        ]}
      />
    </Panel>
  );
}

/** As it stands in the agent's file: `containers.read`. Empty for one that this page does not know. */
function capabilityCode(capability: AgentCapability): string {
  const name = AgentCapability[capability] as string | undefined;
  return name?.toLowerCase().replace('_', '.') ?? '';
}

function Units({ stats }: { readonly stats: NodeStats | undefined }) {
  const { t } = useTranslation();
  const failed = stats?.units?.failedUnits;
  if (failed === undefined) return null;
  if (failed.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('nodes.units.none')}
      </Text>
    );
  return (
    <Alert color="red" title={t('nodes.units.title')}>
      <List size="sm">
        {failed.map((unit) => (
          <List.Item key={unit}>{unit}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function FileSystems({ rows }: { readonly rows: readonly FileSystem[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = (used: bigint, limit: bigint) => {
    const share = shareOf(used, limit);
    return share === undefined ? '–' : format.percent(share);
  };
  if (rows.length === 0) return null;
  const columns: Column<FileSystem>[] = [
    { label: t('nodes.fileSystems.mount'), cell: ({ mountPoint }) => mountPoint },
    {
      label: t('nodes.fileSystems.used'),
      cell: ({ usedBytes, limitBytes }) =>
        `${format.size(usedBytes)} ${t('nodes.of', { limit: format.size(limitBytes) })}`,
    },
    {
      label: t('nodes.fileSystems.full'),
      cell: ({ usedBytes, limitBytes }) => percent(usedBytes, limitBytes),
    },
    {
      label: t('nodes.fileSystems.inodes'),
      cell: ({ usedInodes, limitInodes }) => percent(usedInodes, limitInodes),
    },
    { label: t('nodes.fileSystems.type'), cell: ({ type }) => type },
    { label: t('nodes.fileSystems.device'), cell: ({ device }) => device },
  ];
  return (
    <Panel title={t('nodes.fileSystems.title')}>
      <RecordTable
        label={t('nodes.fileSystems.title')}
        columns={columns}
        rows={rows}
        rowKey={({ mountPoint }) => mountPoint}
      />
    </Panel>
  );
}

function Processes({ rows }: { readonly rows: readonly NodeProcess[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows.length === 0) return null;
  const columns: Column<NodeProcess>[] = [
    { label: t('nodes.processes.name'), cell: ({ name }) => <Text span>{name}</Text> },
    { label: t('nodes.processes.pid'), cell: ({ pid }) => String(pid) },
    { label: t('nodes.processes.user'), cell: ({ user }) => user },
    {
      label: t('nodes.processes.cpu'),
      cell: ({ cpuCores }) => (cpuCores === undefined ? '–' : format.percent(cpuCores)),
    },
    { label: t('nodes.processes.memory'), cell: ({ memoryBytes }) => format.size(memoryBytes) },
  ];
  return (
    <Panel title={t('nodes.processes.title')}>
      <RecordTable
        label={t('nodes.processes.title')}
        columns={columns}
        rows={rows}
        rowKey={({ pid }) => String(pid)}
      />
    </Panel>
  );
}
