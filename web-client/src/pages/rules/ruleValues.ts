/** A rule as the form holds it. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Duration, durationFromMs, durationMs } from '@bufbuild/protobuf/wkt';
import {
  AlertComparison,
  AlertMetric,
  type AlertRule,
  type AlertRuleSchema,
  AlertSeverity,
  type AlertSubjectsSchema,
  ContainerProblem,
  ServerProblem,
} from '@hostler/client';

import { ALERT_METRICS, metricUnit, type RuleTarget } from '@/alerting/metric';
import { severityLook, severityOf } from '@/alerting/severity';
import type { Typed } from '@/forms/units';
import { labelLines, labelsOf } from '@/forms/nodeLabels';

type Kind =
  | 'metric'
  | 'failed'
  | 'down'
  | 'stuck'
  | 'offline'
  | 'forecast'
  | 'crashed'
  | 'exited'
  | 'unhealthy'
  | 'restarts';

/** Conditions that there are, the usual one first. */
export const KINDS: Readonly<Record<RuleTarget, readonly Kind[]>> = {
  server: ['metric', 'failed', 'down', 'stuck'],
  node: ['metric', 'offline', 'forecast'],
  container: ['crashed', 'exited', 'unhealthy', 'restarts', 'metric'],
};

/** What a rule may be about, and what kind of thing that is. */
export const SUBJECTS = {
  all: 'server',
  one: 'server',
  nodes: 'node',
  node: 'node',
  labels: 'node',
  containers: 'container',
} as const satisfies Readonly<Record<string, RuleTarget>>;

export type SubjectChoice = keyof typeof SUBJECTS;

export interface RuleValues {
  readonly displayName: string;
  readonly installation: boolean;
  readonly enabled: boolean;
  readonly subjects: SubjectChoice;
  readonly serverId: string;
  /** Of containers empty for those on any. */
  readonly nodeId: string;
  /** A line for each, `key=value`. */
  readonly labels: string;
  readonly namePattern: string;
  readonly kind: Kind;
  /** The number of the enum, as a choice of a list holds it. */
  readonly metric: string;
  readonly comparison: 'above' | 'below';
  /** Per cent, MiB a second, MiB or what else the figure is counted in. */
  readonly threshold: Typed;
  readonly clearThreshold: Typed;
  /** Minutes. */
  readonly duration: Typed;
  readonly clearDuration: Typed;
  /** Restarts, and the minutes within which they count. */
  readonly count: Typed;
  readonly window: Typed;
  /** Hours. */
  readonly within: Typed;
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
  nodeId: '',
  labels: '',
  namePattern: '*',
  kind: 'metric',
  metric: String(AlertMetric.CPU_RATIO),
  comparison: 'above',
  threshold: 90,
  clearThreshold: '',
  duration: 5,
  clearDuration: 0,
  count: 3,
  window: 10,
  within: 24,
  severity: 'warning',
  repeatInterval: '0',
  channelIds: [],
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PERCENT = 100;
const MIB = 1024 ** 2;

/** What one of the form's numbers is in the unit of the metric. */
export function scaleOf(metric: AlertMetric): number {
  switch (metricUnit(metric)) {
    case 'share':
      return 1 / PERCENT;
    case 'rate':
    case 'bytes':
      return MIB;
    case 'load':
    case 'celsius':
    case 'cores':
      return 1;
  }
}

function figure(typed: Typed, metric: AlertMetric): number {
  const scale = scaleOf(metric);
  const value = Number(typed) * scale;
  if (!Number.isFinite(value)) return 0;
  return scale === MIB ? Math.round(value) : Math.round(value * 10_000) / 10_000;
}

const typedOf = (value: number, metric: AlertMetric): number =>
  Math.round((value / scaleOf(metric)) * 10_000) / 10_000;

const minutes = (typed: Typed): Duration => durationFromMs(Math.round((Number(typed) || 0) * MINUTE));

const minutesOf = (duration: Duration | undefined): number => (duration ? durationMs(duration) / MINUTE : 0);

export function metricOf({ metric, subjects }: Pick<RuleValues, 'metric' | 'subjects'>): AlertMetric {
  const known = ALERT_METRICS[SUBJECTS[subjects]];
  return known.find((one) => String(one) === metric) ?? known[0] ?? AlertMetric.CPU_RATIO;
}

/** The same about something else: a condition that it does not have becomes a usual one. */
export function aboutOthers(values: RuleValues, subjects: SubjectChoice): Partial<RuleValues> {
  const target = SUBJECTS[subjects];
  const kinds = KINDS[target];
  return {
    subjects,
    kind: kinds.find((kind) => kind === values.kind) ?? kinds[0] ?? 'metric',
    metric: String(metricOf({ metric: values.metric, subjects })),
    // Rules about nodes are nobody else's, and its channels are others.
    ...(target !== 'server' && !values.installation && { installation: true, channelIds: [] }),
  };
}

export function ruleOf(values: RuleValues): MessageInitShape<typeof AlertRuleSchema> {
  return {
    displayName: values.displayName,
    installation: values.installation,
    disabled: !values.enabled,
    subjects: { subjects: subjectsOf(values) },
    condition: conditionOf(values),
    severity: severityOf(values.severity) ?? AlertSeverity.WARNING,
    channelIds: values.channelIds,
    repeatInterval: durationFromMs(Number(values.repeatInterval)),
    clearDuration: minutes(values.clearDuration),
  };
}

function subjectsOf(values: RuleValues): MessageInitShape<typeof AlertSubjectsSchema>['subjects'] {
  switch (values.subjects) {
    case 'all':
      return { case: 'allServers', value: {} };
    case 'one':
      return { case: 'serverId', value: values.serverId };
    case 'nodes':
      return { case: 'allNodes', value: {} };
    case 'node':
      return { case: 'nodeId', value: values.nodeId };
    case 'labels':
      return { case: 'nodeLabels', value: { labels: labelsOf(values.labels) ?? {} } };
    case 'containers':
      return {
        case: 'containers',
        value: {
          namePattern: values.namePattern,
          nodeId: values.nodeId,
          nodeLabels: values.nodeId === '' ? (labelsOf(values.labels) ?? {}) : {},
        },
      };
  }
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
    case 'offline':
      return { condition: { case: 'nodeOffline', value: { duration } } };
    case 'crashed':
    case 'exited':
    case 'unhealthy':
      return { condition: { case: 'containerState', value: { problem: PROBLEMS[values.kind], duration } } };
    case 'restarts': {
      const value = { count: Math.round(Number(values.count) || 0), window: minutes(values.window) };
      return { condition: { case: 'containerRestarts', value } };
    }
    case 'forecast': {
      const within = durationFromMs(Math.round((Number(values.within) || 0) * HOUR));
      return { condition: { case: 'diskForecast', value: { within } } };
    }
  }
}

const PROBLEMS = {
  crashed: ContainerProblem.FAILED,
  exited: ContainerProblem.EXITED,
  unhealthy: ContainerProblem.UNHEALTHY,
} as const;

export function valuesOf(rule: AlertRule): RuleValues {
  return {
    ...NEW_RULE,
    ...subjectValues(rule),
    displayName: rule.displayName,
    installation: rule.installation,
    enabled: !rule.disabled,
    severity: severityLook(rule.severity)[0],
    repeatInterval: String(rule.repeatInterval ? durationMs(rule.repeatInterval) : 0),
    clearDuration: minutesOf(rule.clearDuration),
    channelIds: [...rule.channelIds],
    ...conditionValues(rule),
  };
}

function subjectValues({ subjects }: AlertRule): Partial<RuleValues> {
  const about = subjects?.subjects;
  switch (about?.case) {
    case 'serverId':
      return { subjects: 'one', serverId: about.value };
    case 'allNodes':
      return { subjects: 'nodes' };
    case 'nodeId':
      return { subjects: 'node', nodeId: about.value };
    case 'nodeLabels':
      return { subjects: 'labels', labels: labelLines(about.value.labels).join('\n') };
    case 'containers': {
      const { namePattern, nodeId, nodeLabels } = about.value;
      return { subjects: 'containers', namePattern, nodeId, labels: labelLines(nodeLabels).join('\n') };
    }
    case 'allServers':
    case undefined:
      return { subjects: 'all' };
  }
}

function problemKind(problem: ContainerProblem): Kind {
  if (problem === ContainerProblem.UNHEALTHY) return 'unhealthy';
  return problem === ContainerProblem.EXITED ? 'exited' : 'crashed';
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
    case 'nodeOffline':
      return { kind: 'offline', duration: minutesOf(kind.value.duration) };
    case 'containerState':
      return { kind: problemKind(kind.value.problem), duration: minutesOf(kind.value.duration) };
    case 'containerRestarts':
      return { kind: 'restarts', count: kind.value.count, window: minutesOf(kind.value.window) };
    case 'diskForecast':
      return { kind: 'forecast', within: minutesOf(kind.value.within) / 60 };
    case undefined:
      return {};
  }
}
