/** The newest figures of a machine, as they come. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { NodeSample, NodeStats } from '@hostler/client';
import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { shareOf } from '@/api/stats';
import { Meter } from '@/components/Meter';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';

export function NodeLive({ stats }: { readonly stats: NodeStats | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sample = stats?.sample;
  const time = sample?.time;
  return (
    <Panel title={t('nodes.live.title')}>
      <Stack gap="sm" c={stats?.stale === false ? undefined : 'dimmed'}>
        <Gauges stats={stats} sample={sample} />
        <Cores ratios={sample?.coreRatios ?? []} />
      </Stack>
      <Text size="sm" c="dimmed">
        {time
          ? t('nodes.live.asOf', {
              when: stats?.stale ? format.dateTime(time) : format.clock(timestampDate(time), 'second'),
            })
          : t('nodes.live.none')}
      </Text>
    </Panel>
  );
}

interface GaugesProps {
  readonly stats: NodeStats | undefined;
  readonly sample: NodeSample | undefined;
}

function Gauges({ stats, sample }: GaugesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = (share: number | undefined) => (share === undefined ? '–' : format.percent(share));
  const rate = (bytes: bigint | undefined) => (bytes === undefined ? '–' : format.rate(bytes));
  const amount = (used: bigint | undefined, limit: bigint | undefined) => ({
    share: shareOf(used, limit),
    value: used === undefined ? undefined : format.size(used),
    more: limit === undefined ? undefined : t('nodes.of', { limit: format.size(limit) }),
  });
  const loads = [sample?.load1, sample?.load5, sample?.load15].filter((load) => load !== undefined);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="sm">
      <Gauge
        name={t('nodes.live.cpu')}
        share={sample?.cpuRatio}
        value={sample?.cpuRatio === undefined ? undefined : format.percent(sample.cpuRatio)}
        more={
          sample?.cpuUserRatio === undefined
            ? undefined
            : t('nodes.modes', {
                user: percent(sample.cpuUserRatio),
                system: percent(sample.cpuSystemRatio),
                wait: percent(sample.cpuWaitRatio),
                steal: percent(sample.cpuStealRatio),
              })
        }
      />
      <Gauge name={t('nodes.live.memory')} {...amount(sample?.memoryBytes, sample?.memoryLimitBytes)} />
      {sample?.swapLimitBytes !== undefined && sample.swapLimitBytes > 0n && (
        <Gauge name={t('nodes.live.swap')} {...amount(sample.swapBytes, sample.swapLimitBytes)} />
      )}
      <Gauge name={t('nodes.live.disks')} {...amount(stats?.diskBytes, stats?.diskLimitBytes)} />
      <Gauge
        name={t('nodes.live.fullest')}
        share={stats?.fullestDiskRatio}
        value={stats?.fullestDiskRatio === undefined ? undefined : format.percent(stats.fullestDiskRatio)}
      />
      <Card name={t('nodes.live.load')}>
        <Text fz="xl" fw={650} lh={1.2}>
          {loads.length === 0 ? '–' : loads.map((load) => format.number(load)).join('  ')}
        </Text>
        <Text size="sm" c="dimmed">
          {t('nodes.live.loads')}
        </Text>
      </Card>
      <Card name={t('nodes.live.network')}>
        <Pair name={t('nodes.live.in')} value={rate(sample?.networkInRate)} />
        <Pair name={t('nodes.live.out')} value={rate(sample?.networkOutRate)} />
      </Card>
      <Card name={t('nodes.live.traffic')}>
        <Pair name={t('nodes.live.read')} value={rate(sample?.diskReadRate)} />
        <Pair name={t('nodes.live.write')} value={rate(sample?.diskWriteRate)} />
      </Card>
      <Card name={t('nodes.live.processes')}>
        <Text fz="xl" fw={650} lh={1.2}>
          {sample?.processCount === undefined ? '–' : format.number(sample.processCount)}
        </Text>
        {sample?.temperatureCelsius !== undefined && (
          <Pair
            name={t('nodes.live.temperature')}
            value={t('nodes.live.degrees', { value: format.number(Math.round(sample.temperatureCelsius)) })}
          />
        )}
      </Card>
    </SimpleGrid>
  );
}

interface GaugeProps {
  readonly name: string;
  readonly share: number | undefined;
  readonly value: string | undefined;
  readonly more?: string | undefined;
}

function Gauge({ name, share, value, more }: GaugeProps) {
  const { t } = useTranslation();
  return (
    <Card name={name}>
      <Text fz="xl" fw={650} lh={1.2}>
        {value ?? '–'}
      </Text>
      <Meter label={name} share={share} text={value ?? t('nodes.unknown')} />
      <Text size="sm" c="dimmed">
        {more}
      </Text>
    </Card>
  );
}

function Card({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Paper role="group" aria-label={name} withBorder p="sm" radius="md">
      <Stack gap={6}>
        <Text size="sm" fw={500} aria-hidden>
          {name}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fw={650} style={{ whiteSpace: 'nowrap' }}>
        {value}
      </Text>
    </Group>
  );
}

function Cores({ ratios }: { readonly ratios: readonly number[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (ratios.length < 2) return null;
  return (
    <div role="group" aria-label={t('nodes.live.cores')}>
      <Text size="sm" fw={500} mb={4} aria-hidden>
        {t('nodes.live.cores')}
      </Text>
      <SimpleGrid cols={{ base: 2, xs: 4, md: 8 }} spacing="xs">
        {ratios.map((ratio, core) => (
          // Cores have no names but their places.
          <div key={core}>
            <Text size="xs" c="dimmed">
              {format.percent(ratio)}
            </Text>
            <Meter
              label={t('nodes.live.core', { number: format.number(core) })}
              share={ratio}
              text={format.percent(ratio)}
            />
          </div>
        ))}
      </SimpleGrid>
    </div>
  );
}
