/** What a server uses at this moment, at a glance. */
import type { Server } from '@hostler/client';
import { Anchor, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { shareOf, useStats } from '@/api/stats';
import { Meter } from '@/components/Meter';
import { Panel } from '@/components/Panel';
import { StateBadge } from '@/components/StateBadge';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';

export function UseNow({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stats = useStats(server.id);
  return (
    <Panel
      title={t('server.overview.useNow')}
      actions={
        <Anchor component={Link} to={paths.serverTab(server.id, 'statistics')} size="sm">
          {t('server.overview.toStatistics')}
        </Anchor>
      }
    >
      {stats?.sampleTime ? (
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="md" c={stats.stale ? 'dimmed' : undefined}>
            <Share name={t('statistics.charts.cpu')} share={stats.cpuRatio} />
            <Share
              name={t('statistics.charts.memory')}
              share={shareOf(stats.memoryBytes, stats.memoryLimitBytes)}
            />
            <Share
              name={t('statistics.charts.disk')}
              share={shareOf(stats.diskBytes, stats.diskLimitBytes)}
            />
          </SimpleGrid>
          {stats.stale && (
            <StateBadge
              color="gray"
              label={`${t('statistics.stale')}. ${t('statistics.asOf', { when: format.dateTime(stats.sampleTime) })}`}
            />
          )}
        </Stack>
      ) : (
        <Text c="dimmed" size="sm">
          {t('statistics.none')}
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
