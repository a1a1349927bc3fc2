/** How severities are called and look. */
import { AlertSeverity } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

export type SeverityName = keyof English['alerts']['severities'];

const NAMES: Readonly<Record<AlertSeverity, readonly [SeverityName, StateColor]>> = {
  [AlertSeverity.UNSPECIFIED]: ['unspecified', 'gray'],
  [AlertSeverity.INFO]: ['info', 'gray'],
  [AlertSeverity.WARNING]: ['warning', 'amber'],
  [AlertSeverity.CRITICAL]: ['critical', 'red'],
};

/** The worst first. */
export const SEVERITIES = [AlertSeverity.CRITICAL, AlertSeverity.WARNING, AlertSeverity.INFO] as const;

/** A newer server may send severities that this page does not know. */
export function severityLook(severity: AlertSeverity): readonly [SeverityName, StateColor] {
  return Object.hasOwn(NAMES, severity) ? NAMES[severity] : NAMES[AlertSeverity.UNSPECIFIED];
}

export function severityOf(name: string): AlertSeverity | undefined {
  return SEVERITIES.find((severity) => severityLook(severity)[0] === name);
}
