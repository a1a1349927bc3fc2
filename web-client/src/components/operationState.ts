/** How the states of operations are called and look, and how far an operation is. */
import { type Operation, OperationState } from '@hostler/client';
import type { ParseKeys } from 'i18next';

import type { English } from '@/i18n/areas';

import type { StateColor } from './StateBadge';

type StateName = keyof English['operations']['states'];

const STATES: Readonly<Record<OperationState, readonly [StateName, StateColor]>> = {
  [OperationState.UNSPECIFIED]: ['unspecified', 'gray'],
  [OperationState.PENDING]: ['pending', 'amber'],
  [OperationState.RUNNING]: ['running', 'amber'],
  [OperationState.UNWINDING]: ['unwinding', 'amber'],
  [OperationState.SUCCEEDED]: ['succeeded', 'green'],
  [OperationState.FAILED]: ['failed', 'red'],
  [OperationState.CANCELLED]: ['cancelled', 'gray'],
  [OperationState.STUCK]: ['stuck', 'red'],
};

/** A newer server may send states that this page does not know. */
function entry(state: OperationState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[OperationState.UNSPECIFIED];
}

/** Those to filter by, those that want attention first. */
export const OPERATION_STATES = [
  OperationState.STUCK,
  OperationState.PENDING,
  OperationState.RUNNING,
  OperationState.UNWINDING,
  OperationState.FAILED,
  OperationState.CANCELLED,
  OperationState.SUCCEEDED,
] as const;

/** The state's name in addresses and texts. */
export function operationStateName(state: OperationState): StateName {
  return entry(state)[0];
}

export function operationStateKey(state: OperationState): Extract<ParseKeys, `operations.states.${string}`> {
  return `operations.states.${entry(state)[0]}`;
}

export function operationStateColor(state: OperationState): StateColor {
  return entry(state)[1];
}

/** In per cent. What is being undone goes backwards. */
export function operationPercent({ state, progress }: Operation): number {
  if (state === OperationState.SUCCEEDED) return 100;
  if (!progress || progress.stepCount === 0) return 0;
  const { step, stepCount, percent = 0 } = progress;
  const steps = state === OperationState.RUNNING ? step - 1 + percent / 100 : step;
  return Math.min(100, Math.max(0, Math.round((steps / stepCount) * 100)));
}

/** An operation that can still turn back, and of which nobody has asked that yet. */
export function canBeCancelled({ state, cancelRequested }: Operation): boolean {
  return !cancelRequested && (state === OperationState.PENDING || state === OperationState.RUNNING);
}
