/** The newest figures, as they come. Only this part is drawn for each of them. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ServerStats } from '@hostler/client';
import { SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { shareOf, useStats } from '@/api/stats';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';

import { ConnectionBadge } from './ConnectionBadge';
import { RateCard, ShareCard } from './LiveCard';

export function LivePanel({ serverId }: { readonly serverId: string }) {
  const { t } = useTranslation();
  const stats = useStats(serverId);
  return (
    <Panel title={t('statistics.now')} actions={<ConnectionBadge stats={stats} />}>
      <Cards stats={stats} />
      <AsOf stats={stats} />
    </Panel>
  );
}

function Cards({ stats }: { readonly stats: ServerStats | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cpu = stats?.cpuRatio;
  const old = stats?.stale === true;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 5 }} spacing="sm">
      <ShareCard
        old={old}
        name={t('statistics.charts.cpu')}
        share={cpu}
        value={cpu === undefined ? undefined : format.percent(cpu)}
      />
      <ShareCard
        old={old}
        name={t('statistics.charts.memory')}
        {...sizes(stats?.memoryBytes, stats?.memoryLimitBytes)}
      />
      <ShareCard
        old={old}
        name={t('statistics.charts.disk')}
        {...sizes(stats?.diskBytes, stats?.diskLimitBytes)}
      />
      <RateCard
        old={old}
        name={t('statistics.charts.network')}
        rates={[
          { name: t('statistics.lines.in'), rate: stats?.networkInRate },
          { name: t('statistics.lines.out'), rate: stats?.networkOutRate },
        ]}
      />
      <RateCard
        old={old}
        name={t('statistics.charts.diskTraffic')}
        rates={[
          { name: t('statistics.lines.read'), rate: stats?.diskReadRate },
          { name: t('statistics.lines.write'), rate: stats?.diskWriteRate },
        ]}
      />
    </SimpleGrid>
  );

  function sizes(used: bigint | undefined, limit: bigint | undefined) {
    return {
      share: shareOf(used, limit),
      value: used === undefined ? undefined : format.size(used),
      of: limit === undefined ? undefined : t('statistics.of', { limit: format.size(limit) }),
    };
  }
}

function AsOf({ stats }: { readonly stats: ServerStats | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const time = stats?.sampleTime;
  return (
    <Text size="sm" c="dimmed">
      {time
        ? t('statistics.asOf', {
            when: stats.stale ? format.dateTime(time) : format.clock(timestampDate(time), 'second'),
          })
        : t('statistics.none')}
    </Text>
  );
}
