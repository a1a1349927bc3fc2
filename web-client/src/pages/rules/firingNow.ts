import type { DryRunAlertRuleResponse } from '@hostler/client';

/** On how many servers or nodes the rule would have fired, and not have stopped. */
export function firingNow({ servers, nodes }: Pick<DryRunAlertRuleResponse, 'servers' | 'nodes'>): number {
  return [...servers, ...nodes].filter(({ alerts }) => alerts.some(({ resolveTime }) => !resolveTime)).length;
}
