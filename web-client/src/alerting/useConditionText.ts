/** Conditions of rules in plain words: "Processor above 90%, for 5 min". */
import { type Duration, durationMs } from '@bufbuild/protobuf/wkt';
import { AlertComparison, type AlertCondition, type AlertMetric, ServerProblem } from '@hostler/client';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import { metricName, metricUnit } from './metric';

/** Writes a figure of a metric. */
export function useMetricValue(): (metric: AlertMetric, value: number) => string {
  const format = useFormat();
  return useCallback(
    (metric, value) => (metricUnit(metric) === 'share' ? format.percent(value) : format.rate(value)),
    [format],
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
        case undefined:
          return t('rules.condition.unknown');
      }
    },
    [t, format, write],
  );
}
