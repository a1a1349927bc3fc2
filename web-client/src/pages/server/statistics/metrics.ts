/** What the statistics show: the charts, the lines in them, and where their figures come from. */
import { type ServerStats, StatsMetric } from '@hostler/client';

export const LINES = ['cpu', 'memory', 'disk', 'in', 'out', 'read', 'write'] as const;

export type LineName = (typeof LINES)[number];

export type Unit = 'share' | 'size' | 'rate';

interface Source {
  /** In history. */
  readonly metric: StatsMetric;
  /** In the newest figures; undefined where it is not known. */
  readonly live: (stats: ServerStats) => number | undefined;
}

const known = (value: bigint | undefined) => (value === undefined ? undefined : Number(value));

export const SOURCES: Readonly<Record<LineName, Source>> = {
  cpu: { metric: StatsMetric.CPU_RATIO, live: ({ cpuRatio }) => cpuRatio },
  memory: { metric: StatsMetric.MEMORY_BYTES, live: ({ memoryBytes }) => known(memoryBytes) },
  disk: { metric: StatsMetric.DISK_BYTES, live: ({ diskBytes }) => known(diskBytes) },
  in: { metric: StatsMetric.NETWORK_IN_RATE, live: ({ networkInRate }) => known(networkInRate) },
  out: { metric: StatsMetric.NETWORK_OUT_RATE, live: ({ networkOutRate }) => known(networkOutRate) },
  read: { metric: StatsMetric.DISK_READ_RATE, live: ({ diskReadRate }) => known(diskReadRate) },
  write: { metric: StatsMetric.DISK_WRITE_RATE, live: ({ diskWriteRate }) => known(diskWriteRate) },
};

export interface ChartKind {
  readonly name: 'cpu' | 'memory' | 'disk' | 'network' | 'diskTraffic';
  readonly unit: Unit;
  readonly lines: readonly LineName[];
  /** What the figures cannot exceed, and the chart is as high as. */
  readonly limit?: StatsMetric;
}

export const CHARTS: readonly ChartKind[] = [
  { name: 'cpu', unit: 'share', lines: ['cpu'] },
  { name: 'memory', unit: 'size', lines: ['memory'], limit: StatsMetric.MEMORY_LIMIT_BYTES },
  { name: 'disk', unit: 'size', lines: ['disk'], limit: StatsMetric.DISK_LIMIT_BYTES },
  { name: 'network', unit: 'rate', lines: ['in', 'out'] },
  { name: 'diskTraffic', unit: 'rate', lines: ['read', 'write'] },
];
