import type { DryRunAlertRuleResponse } from '@hostler/client';

/** On how many servers the rule would have fired, and not have stopped. */
export function firingNow({ servers }: Pick<DryRunAlertRuleResponse, 'servers'>): number {
  return servers.filter(({ alerts }) => alerts.some(({ resolveTime }) => !resolveTime)).length;
}
