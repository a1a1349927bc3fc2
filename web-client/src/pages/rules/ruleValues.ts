/** A rule as the form holds it. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Duration, durationFromMs, durationMs } from '@bufbuild/protobuf/wkt';
import {
  AlertComparison,
  AlertMetric,
  type AlertRule,
  type AlertRuleSchema,
  AlertSeverity,
  ServerProblem,
} from '@hostler/client';

import { ALERT_METRICS, metricUnit } from '@/alerting/metric';
import { severityLook, severityOf } from '@/alerting/severity';
import type { Typed } from '@/forms/units';

export const KINDS = ['metric', 'failed', 'down', 'stuck'] as const;

export interface RuleValues {
  readonly displayName: string;
  readonly installation: boolean;
  readonly enabled: boolean;
  readonly subjects: 'all' | 'one';
  readonly serverId: string;
  readonly kind: (typeof KINDS)[number];
  /** The number of the enum, as a choice of a list holds it. */
  readonly metric: string;
  readonly comparison: 'above' | 'below';
  /** Per cent or MiB a second, as the figure has it. */
  readonly threshold: Typed;
  readonly clearThreshold: Typed;
  /** Minutes. */
  readonly duration: Typed;
  readonly clearDuration: Typed;
  readonly severity: string;
  /** Milliseconds; 0 for never. */
  readonly repeatInterval: string;
  readonly channelIds: string[];
}

/** Fields of the form by the protocol's names, where they differ. */
export const FIELD_NAMES = { disabled: 'enabled', problem: 'kind', condition: 'kind' } as const;

/** All that the form changes. */
export const MASK = [
  'display_name',
  'disabled',
  'subjects',
  'condition',
  'severity',
  'channel_ids',
  'repeat_interval',
  'clear_duration',
];

export const NEW_RULE: RuleValues = {
  displayName: '',
  installation: false,
  enabled: true,
  subjects: 'all',
  serverId: '',
  kind: 'metric',
  metric: String(AlertMetric.CPU_RATIO),
  comparison: 'above',
  threshold: 90,
  clearThreshold: '',
  duration: 5,
  clearDuration: 0,
  severity: 'warning',
  repeatInterval: '0',
  channelIds: [],
};

const MINUTE = 60_000;
const PERCENT = 100;
const MIB = 1024 ** 2;

/** What one of the form's numbers is in the unit of the metric. */
export function scaleOf(metric: AlertMetric): number {
  return metricUnit(metric) === 'share' ? 1 / PERCENT : MIB;
}

function figure(typed: Typed, metric: AlertMetric): number {
  const value = Number(typed) * scaleOf(metric);
  if (!Number.isFinite(value)) return 0;
  return metricUnit(metric) === 'share' ? Math.round(value * 10_000) / 10_000 : Math.round(value);
}

const typedOf = (value: number, metric: AlertMetric): number =>
  Math.round((value / scaleOf(metric)) * 10_000) / 10_000;

const minutes = (typed: Typed): Duration => durationFromMs(Math.round((Number(typed) || 0) * MINUTE));

const minutesOf = (duration: Duration | undefined): number => (duration ? durationMs(duration) / MINUTE : 0);

export function metricOf({ metric }: Pick<RuleValues, 'metric'>): AlertMetric {
  return ALERT_METRICS.find((known) => String(known) === metric) ?? AlertMetric.CPU_RATIO;
}

export function ruleOf(values: RuleValues): MessageInitShape<typeof AlertRuleSchema> {
  return {
    displayName: values.displayName,
    installation: values.installation,
    disabled: !values.enabled,
    subjects: {
      subjects:
        values.subjects === 'one'
          ? { case: 'serverId', value: values.serverId }
          : { case: 'allServers', value: {} },
    },
    condition: conditionOf(values),
    severity: severityOf(values.severity) ?? AlertSeverity.WARNING,
    channelIds: values.channelIds,
    repeatInterval: durationFromMs(Number(values.repeatInterval)),
    clearDuration: minutes(values.clearDuration),
  };
}

function conditionOf(values: RuleValues): MessageInitShape<typeof AlertRuleSchema>['condition'] {
  const duration = minutes(values.duration);
  switch (values.kind) {
    case 'metric': {
      const metric = metricOf(values);
      return {
        condition: {
          case: 'metric',
          value: {
            metric,
            comparison: values.comparison === 'above' ? AlertComparison.ABOVE : AlertComparison.BELOW,
            threshold: figure(values.threshold, metric),
            ...(values.clearThreshold !== '' && { clearThreshold: figure(values.clearThreshold, metric) }),
            duration,
          },
        },
      };
    }
    case 'failed':
      return { condition: { case: 'serverState', value: { problem: ServerProblem.FAILED, duration } } };
    case 'down':
      return { condition: { case: 'serverState', value: { problem: ServerProblem.DOWN, duration } } };
    case 'stuck':
      return { condition: { case: 'operationStuck', value: { duration } } };
  }
}

export function valuesOf(rule: AlertRule): RuleValues {
  const subjects = rule.subjects?.subjects;
  return {
    ...NEW_RULE,
    displayName: rule.displayName,
    installation: rule.installation,
    enabled: !rule.disabled,
    subjects: subjects?.case === 'serverId' ? 'one' : 'all',
    serverId: subjects?.case === 'serverId' ? subjects.value : '',
    severity: severityLook(rule.severity)[0],
    repeatInterval: String(rule.repeatInterval ? durationMs(rule.repeatInterval) : 0),
    clearDuration: minutesOf(rule.clearDuration),
    channelIds: [...rule.channelIds],
    ...conditionValues(rule),
  };
}

function conditionValues({ condition }: AlertRule): Partial<RuleValues> {
  const kind = condition?.condition;
  switch (kind?.case) {
    case 'metric': {
      const { metric, comparison, threshold, clearThreshold, duration } = kind.value;
      return {
        kind: 'metric',
        metric: String(metric),
        comparison: comparison === AlertComparison.BELOW ? 'below' : 'above',
        threshold: typedOf(threshold, metric),
        clearThreshold: clearThreshold === undefined ? '' : typedOf(clearThreshold, metric),
        duration: minutesOf(duration),
      };
    }
    case 'serverState':
      return {
        kind: kind.value.problem === ServerProblem.DOWN ? 'down' : 'failed',
        duration: minutesOf(kind.value.duration),
      };
    case 'operationStuck':
      return { kind: 'stuck', duration: minutesOf(kind.value.duration) };
    case undefined:
      return {};
  }
}
