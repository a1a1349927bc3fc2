/** What a server uses at this moment, at a glance. */
import type { Server } from '@hostler/client';
import { Anchor, Group, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useStats } from '@/api/stats';
import { Meter } from '@/components/Meter';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';

export function UseNow({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const stats = useStats(server.id);
  const sized = (used: bigint | undefined, limit: bigint | undefined) =>
    used === undefined || !limit ? undefined : Number(used) / Number(limit);
  return (
    <Panel
      title={t('server.overview.useNow')}
      actions={
        <Anchor component={Link} to={paths.serverTab(server.id, 'statistics')} size="sm">
          {t('server.overview.toStatistics')}
        </Anchor>
      }
    >
      {stats?.sampleTime && !stats.stale ? (
        <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md">
          <Share name={t('statistics.charts.cpu')} share={stats.cpuRatio} />
          <Share
            name={t('statistics.charts.memory')}
            share={sized(stats.memoryBytes, stats.memoryLimitBytes)}
          />
          <Share name={t('statistics.charts.disk')} share={sized(stats.diskBytes, stats.diskLimitBytes)} />
        </SimpleGrid>
      ) : (
        <Text c="dimmed" size="sm">
          {t(stats?.sampleTime ? 'statistics.stale' : 'statistics.none')}
        </Text>
      )}
    </Panel>
  );
}

function Share({ name, share }: { readonly name: string; readonly share: number | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = share === undefined ? t('statistics.unknown') : format.percent(share);
  return (
    <div>
      <Group justify="space-between" mb={4} gap="xs">
        <Text size="sm">{name}</Text>
        <Text size="sm" fw={600}>
          {text}
        </Text>
      </Group>
      <Meter label={name} share={share} text={text} />
    </div>
  );
}
