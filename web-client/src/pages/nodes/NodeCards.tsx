/** A card for each node, with what it does at this moment. */
import type { Node, NodeStats } from '@hostler/client';
import { Anchor, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { shareOf } from '@/api/stats';
import { Meter } from '@/components/Meter';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';
import { NodeStateBadge } from '@/staff/NodeStateBadge';

import { NodeRates } from './NodeRates';

interface Props {
  readonly nodes: readonly Node[];
  readonly stats: ReadonlyMap<string, NodeStats>;
}

export function NodeCards({ nodes, stats }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {nodes.map((node) => (
        <NodeCard key={node.id} node={node} stats={stats.get(node.id)} />
      ))}
    </SimpleGrid>
  );
}

interface CardProps {
  readonly node: Node;
  readonly stats: NodeStats | undefined;
}

const NodeCard = memo(function NodeCard({ node, stats }: CardProps) {
  const { t } = useTranslation();
  const sample = stats?.sample;
  const old = stats?.stale !== false;
  return (
    <Paper component="li" withBorder p="md" radius="md">
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Anchor component={Link} to={paths.node(node.id)} c="inherit" fw={650} truncate>
            {node.displayName}
          </Anchor>
          <NodeStateBadge state={node.state} />
        </Group>
        <Text size="sm" c="dimmed" truncate>
          {node.facts ? `${node.facts.hostname} · ${node.facts.operatingSystem}` : t('nodes.waitsText')}
        </Text>
        <Stack gap={6} c={old ? 'dimmed' : undefined} data-old={old || undefined}>
          <Share name={t('nodes.columns.cpu')} share={sample?.cpuRatio} />
          <Share
            name={t('nodes.columns.memory')}
            share={shareOf(sample?.memoryBytes, sample?.memoryLimitBytes)}
          />
          <Share name={t('nodes.columns.disk')} share={stats?.fullestDiskRatio} />
        </Stack>
        <Text size="sm" c="dimmed">
          {old && sample ? t('nodes.old') : <NodeRates sample={sample} />}
        </Text>
      </Stack>
    </Paper>
  );
});

function Share({ name, share }: { readonly name: string; readonly share: number | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = share === undefined ? t('nodes.unknown') : format.percent(share);
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" span aria-hidden>
          {name}
        </Text>
        <Text size="sm" span fw={600}>
          {share === undefined ? '–' : text}
        </Text>
      </Group>
      <Meter label={name} share={share} text={text} />
    </div>
  );
}
