import type { AlertRule } from '@hostler/client';

import { isKept } from '@/alerting/metric';

import { targetOf } from './ruleTarget';

/** Whether there is a history to try the rule on. */
export function canTry({ subjects, condition }: AlertRule): boolean {
  const kind = condition?.condition;
  return kind?.case === 'metric' && isKept(kind.value.metric, targetOf(subjects));
}
