/** What the statistics show: the charts, the lines in them, and where their figures come from. */
import { type ServerStats, StatsMetric } from '@hostler/client';

export const LINES = [
  'cpu',
  'wait',
  'steal',
  'memory',
  'swap',
  'disk',
  'fullest',
  'load1',
  'load15',
  'in',
  'out',
  'read',
  'write',
  'temperature',
  'processes',
] as const;

export type LineName = (typeof LINES)[number];

export type Unit = 'share' | 'size' | 'rate' | 'count' | 'degrees';

interface Source {
  /** In history. */
  readonly metric: StatsMetric;
  /** In the newest figures of a server; undefined where it is not known. What servers do not have has none. */
  readonly live?: (stats: ServerStats) => number | undefined;
}

const known = (value: bigint | undefined) => (value === undefined ? undefined : Number(value));

export const SOURCES: Readonly<Record<LineName, Source>> = {
  cpu: { metric: StatsMetric.CPU_RATIO, live: ({ cpuRatio }) => cpuRatio },
  wait: { metric: StatsMetric.CPU_WAIT_RATIO },
  steal: { metric: StatsMetric.CPU_STEAL_RATIO },
  memory: { metric: StatsMetric.MEMORY_BYTES, live: ({ memoryBytes }) => known(memoryBytes) },
  swap: { metric: StatsMetric.SWAP_BYTES },
  disk: { metric: StatsMetric.DISK_BYTES, live: ({ diskBytes }) => known(diskBytes) },
  fullest: { metric: StatsMetric.FULLEST_DISK_RATIO },
  load1: { metric: StatsMetric.LOAD_1 },
  load15: { metric: StatsMetric.LOAD_15 },
  in: { metric: StatsMetric.NETWORK_IN_RATE, live: ({ networkInRate }) => known(networkInRate) },
  out: { metric: StatsMetric.NETWORK_OUT_RATE, live: ({ networkOutRate }) => known(networkOutRate) },
  read: { metric: StatsMetric.DISK_READ_RATE, live: ({ diskReadRate }) => known(diskReadRate) },
  write: { metric: StatsMetric.DISK_WRITE_RATE, live: ({ diskWriteRate }) => known(diskWriteRate) },
  temperature: { metric: StatsMetric.TEMPERATURE_CELSIUS },
  processes: { metric: StatsMetric.PROCESS_COUNT },
};

export interface ChartKind {
  readonly name:
    | 'cpu'
    | 'cpuLost'
    | 'memory'
    | 'swap'
    | 'disk'
    | 'fullest'
    | 'load'
    | 'network'
    | 'diskTraffic'
    | 'temperature'
    | 'processes';
  readonly unit: Unit;
  /** Two at most: more are not told apart by everybody. */
  readonly lines: readonly LineName[];
  /** What the figures cannot exceed, and the chart is as high as. */
  readonly limit?: StatsMetric;
  /** Left out where nothing is known of it: not every machine has it. */
  readonly optional?: true;
}

const CPU: ChartKind = { name: 'cpu', unit: 'share', lines: ['cpu'] };
const MEMORY: ChartKind = {
  name: 'memory',
  unit: 'size',
  lines: ['memory'],
  limit: StatsMetric.MEMORY_LIMIT_BYTES,
};
const DISK: ChartKind = { name: 'disk', unit: 'size', lines: ['disk'], limit: StatsMetric.DISK_LIMIT_BYTES };
const NETWORK: ChartKind = { name: 'network', unit: 'rate', lines: ['in', 'out'] };
const DISK_TRAFFIC: ChartKind = { name: 'diskTraffic', unit: 'rate', lines: ['read', 'write'] };

/** Of a server. */
export const CHARTS: readonly ChartKind[] = [CPU, MEMORY, DISK, NETWORK, DISK_TRAFFIC];

/** Of a machine with an agent. */
export const NODE_CHARTS: readonly ChartKind[] = [
  CPU,
  { name: 'load', unit: 'count', lines: ['load1', 'load15'] },
  MEMORY,
  { name: 'swap', unit: 'size', lines: ['swap'], limit: StatsMetric.SWAP_LIMIT_BYTES, optional: true },
  DISK,
  { name: 'fullest', unit: 'share', lines: ['fullest'] },
  NETWORK,
  DISK_TRAFFIC,
  { name: 'cpuLost', unit: 'share', lines: ['wait', 'steal'] },
  { name: 'processes', unit: 'count', lines: ['processes'] },
  { name: 'temperature', unit: 'degrees', lines: ['temperature'], optional: true },
];
