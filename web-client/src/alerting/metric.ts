/** The figures that rules are about: what they are called, and in which unit. */
import { AlertMetric } from '@hostler/client';

import type { English } from '@/i18n/areas';

export type MetricName = keyof English['rules']['metrics'];

export type MetricUnit = 'share' | 'rate';

const METRICS: Readonly<Record<AlertMetric, readonly [MetricName, MetricUnit]>> = {
  [AlertMetric.UNSPECIFIED]: ['unspecified', 'rate'],
  [AlertMetric.CPU_RATIO]: ['cpu', 'share'],
  [AlertMetric.MEMORY_RATIO]: ['memory', 'share'],
  [AlertMetric.DISK_RATIO]: ['disk', 'share'],
  [AlertMetric.NETWORK_IN_RATE]: ['in', 'rate'],
  [AlertMetric.NETWORK_OUT_RATE]: ['out', 'rate'],
  [AlertMetric.DISK_READ_RATE]: ['read', 'rate'],
  [AlertMetric.DISK_WRITE_RATE]: ['write', 'rate'],
};

/** Those to choose from. */
export const ALERT_METRICS = [
  AlertMetric.CPU_RATIO,
  AlertMetric.MEMORY_RATIO,
  AlertMetric.DISK_RATIO,
  AlertMetric.NETWORK_IN_RATE,
  AlertMetric.NETWORK_OUT_RATE,
  AlertMetric.DISK_READ_RATE,
  AlertMetric.DISK_WRITE_RATE,
] as const;

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
