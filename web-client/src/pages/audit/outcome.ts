/** What the outcomes of audited calls are called and look like. */
import { AuditOutcome } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type OutcomeName = keyof English['audit']['outcomes'];

const OUTCOMES: Readonly<Record<AuditOutcome, readonly [OutcomeName, StateColor]>> = {
  [AuditOutcome.UNSPECIFIED]: ['unspecified', 'gray'],
  [AuditOutcome.DONE]: ['done', 'green'],
  [AuditOutcome.REFUSED]: ['refused', 'amber'],
  [AuditOutcome.FAILED]: ['failed', 'red'],
};

export const AUDIT_OUTCOMES = [AuditOutcome.DONE, AuditOutcome.REFUSED, AuditOutcome.FAILED] as const;

/** A newer server may send outcomes that this page does not know. */
export function auditOutcome(outcome: AuditOutcome): readonly [OutcomeName, StateColor] {
  return Object.hasOwn(OUTCOMES, outcome) ? OUTCOMES[outcome] : OUTCOMES[AuditOutcome.UNSPECIFIED];
}
