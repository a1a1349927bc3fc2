/** The figures that rules are about: what they are called, and in which unit. */
import { AlertMetric } from '@hostler/client';

import type { English } from '@/i18n/areas';

export type MetricName = keyof English['rules']['metrics'];

export type MetricUnit = 'share' | 'rate' | 'bytes' | 'load' | 'celsius' | 'cores';

/** What kinds of things rules are about. */
export type RuleTarget = 'server' | 'node' | 'container';

const METRICS: Readonly<Record<AlertMetric, readonly [MetricName, MetricUnit]>> = {
  [AlertMetric.UNSPECIFIED]: ['unspecified', 'rate'],
  [AlertMetric.CPU_RATIO]: ['cpu', 'share'],
  [AlertMetric.MEMORY_RATIO]: ['memory', 'share'],
  [AlertMetric.DISK_RATIO]: ['disk', 'share'],
  [AlertMetric.NETWORK_IN_RATE]: ['in', 'rate'],
  [AlertMetric.NETWORK_OUT_RATE]: ['out', 'rate'],
  [AlertMetric.DISK_READ_RATE]: ['read', 'rate'],
  [AlertMetric.DISK_WRITE_RATE]: ['write', 'rate'],
  [AlertMetric.SWAP_RATIO]: ['swap', 'share'],
  [AlertMetric.INODE_RATIO]: ['inodes', 'share'],
  [AlertMetric.LOAD_PER_CORE]: ['load', 'load'],
  [AlertMetric.TEMPERATURE_CELSIUS]: ['temperature', 'celsius'],
  [AlertMetric.CPU_CORES]: ['cores', 'cores'],
  [AlertMetric.MEMORY_BYTES]: ['memoryBytes', 'bytes'],
};

const RATES = [
  AlertMetric.NETWORK_IN_RATE,
  AlertMetric.NETWORK_OUT_RATE,
  AlertMetric.DISK_READ_RATE,
  AlertMetric.DISK_WRITE_RATE,
];

/** Those to choose from. */
export const ALERT_METRICS: Readonly<Record<RuleTarget, readonly AlertMetric[]>> = {
  server: [AlertMetric.CPU_RATIO, AlertMetric.MEMORY_RATIO, AlertMetric.DISK_RATIO, ...RATES],
  node: [
    AlertMetric.CPU_RATIO,
    AlertMetric.MEMORY_RATIO,
    AlertMetric.DISK_RATIO,
    AlertMetric.SWAP_RATIO,
    AlertMetric.INODE_RATIO,
    AlertMetric.LOAD_PER_CORE,
    AlertMetric.TEMPERATURE_CELSIUS,
    ...RATES,
  ],
  container: [AlertMetric.CPU_CORES, AlertMetric.MEMORY_RATIO, AlertMetric.MEMORY_BYTES, ...RATES],
};

/** Whether there is a history of it to try rules on. */
export function isKept(metric: AlertMetric, target: RuleTarget): boolean {
  return target !== 'container' && metric !== AlertMetric.INODE_RATIO;
}

/** A newer server may know figures that this page does not. */
function entry(metric: AlertMetric): readonly [MetricName, MetricUnit] {
  return Object.hasOwn(METRICS, metric) ? METRICS[metric] : METRICS[AlertMetric.UNSPECIFIED];
}

export function metricName(metric: AlertMetric): MetricName {
  return entry(metric)[0];
}

export function metricUnit(metric: AlertMetric): MetricUnit {
  return entry(metric)[1];
}
