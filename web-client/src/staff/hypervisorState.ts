/** What the states of hypervisors, and what is found about them, are called and look like. */
import { FindingSeverity, HypervisorState } from '@hostler/client';

import type { English } from '@/i18n/areas';

import type { StateColor } from '@/components/StateBadge';

type StateName = keyof English['hypervisors']['states'];
type SeverityName = keyof English['hypervisors']['check']['severities'];

const STATES: Readonly<Record<HypervisorState, readonly [StateName, StateColor]>> = {
  [HypervisorState.UNSPECIFIED]: ['unspecified', 'gray'],
  [HypervisorState.AVAILABLE]: ['available', 'green'],
  [HypervisorState.UNAVAILABLE]: ['unavailable', 'red'],
};

const SEVERITIES: Readonly<Record<FindingSeverity, readonly [SeverityName, StateColor]>> = {
  [FindingSeverity.UNSPECIFIED]: ['unspecified', 'gray'],
  [FindingSeverity.OK]: ['ok', 'green'],
  [FindingSeverity.WARNING]: ['warning', 'amber'],
  [FindingSeverity.ERROR]: ['error', 'red'],
};

/** A newer server may send states that this page does not know. */
export function hypervisorState(state: HypervisorState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[HypervisorState.UNSPECIFIED];
}

export function findingSeverity(severity: FindingSeverity): readonly [SeverityName, StateColor] {
  return Object.hasOwn(SEVERITIES, severity) ? SEVERITIES[severity] : SEVERITIES[FindingSeverity.UNSPECIFIED];
}
