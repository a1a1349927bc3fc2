/** Conditions of rules in plain words: "Processor above 90%, for 5 min". */
import { type Duration, durationMs } from '@bufbuild/protobuf/wkt';
import {
  AlertComparison,
  type AlertCondition,
  type AlertMetric,
  ContainerProblem,
  ServerProblem,
} from '@hostler/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import { metricName, metricUnit } from './metric';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Writes a figure of a metric. */
export function useMetricValue(): (metric: AlertMetric, value: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (metric, value) => {
      switch (metricUnit(metric)) {
        case 'share':
          return format.percent(value);
        case 'rate':
          return format.rate(value);
        case 'bytes':
          return format.size(value);
        case 'load':
          return format.number(value);
        case 'celsius':
          return t('rules.celsius', { degrees: format.number(value) });
        case 'cores':
          return format.cores(value * 1000);
      }
    },
    [format, t],
  );
}

/** Writes the figure of an alert; undefined where its condition has none. */
export function useAlertValue(): (
  condition: AlertCondition | undefined,
  value: number | undefined,
) => string | undefined {
  const format = useFormat();
  const { t } = useTranslation();
  const write = useMetricValue();
  return useCallback(
    (condition, value) => {
      const kind = condition?.condition;
      if (value === undefined) return undefined;
      if (kind?.case === 'metric') return write(kind.value.metric, value);
      if (kind?.case !== 'diskForecast') return undefined;
      // Minutes matter in none that is further away than an hour.
      const step = value < 1 ? MINUTE : HOUR;
      return t('rules.fullIn', { span: format.span(Math.max(1, Math.round((value * HOUR) / step)) * step) });
    },
    [format, t, write],
  );
}

export function useConditionText(): (condition: AlertCondition | undefined) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useMetricValue();
  return useCallback(
    (condition) => {
      const lasting = (what: string, duration: Duration | undefined) => {
        const length = duration ? durationMs(duration) : 0;
        return length > 0 ? t('rules.condition.forSpan', { what, span: format.span(length) }) : what;
      };
      const kind = condition?.condition;
      switch (kind?.case) {
        case 'metric': {
          const { metric, comparison, threshold, duration } = kind.value;
          const words = {
            metric: t(`rules.metrics.${metricName(metric)}`),
            threshold: write(metric, threshold),
          };
          const below = comparison === AlertComparison.BELOW;
          return lasting(t(below ? 'rules.condition.below' : 'rules.condition.above', words), duration);
        }
        case 'serverState': {
          const { problem, duration } = kind.value;
          const down = problem === ServerProblem.DOWN;
          return lasting(t(down ? 'rules.condition.down' : 'rules.condition.failed'), duration);
        }
        case 'operationStuck':
          return lasting(t('rules.condition.stuck'), kind.value.duration);
        case 'nodeOffline':
          return lasting(t('rules.condition.offline'), kind.value.duration);
        case 'containerState':
          return lasting(t(`rules.condition.${problemName(kind.value.problem)}`), kind.value.duration);
        case 'containerRestarts':
          return t('rules.condition.restarts', {
            times: format.number(kind.value.count),
            span: format.span(kind.value.window ? durationMs(kind.value.window) : 0),
          });
        case 'diskForecast':
          return t('rules.condition.forecast', {
            span: format.span(kind.value.within ? durationMs(kind.value.within) : 0),
          });
        case undefined:
          return t('rules.condition.unknown');
      }
    },
    [t, format, write],
  );
}

/** A newer server may know problems that this page does not. */
function problemName(problem: ContainerProblem): 'crashed' | 'exited' | 'unhealthy' | 'unknown' {
  if (problem === ContainerProblem.FAILED) return 'crashed';
  if (problem === ContainerProblem.EXITED) return 'exited';
  return problem === ContainerProblem.UNHEALTHY ? 'unhealthy' : 'unknown';
}
