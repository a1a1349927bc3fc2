/** What the states of commands of nodes are called and look like. */
import { NodeCommandState } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type StateName = keyof English['nodes']['commandStates'];

const STATES: Readonly<Record<NodeCommandState, readonly [StateName, StateColor]>> = {
  [NodeCommandState.UNSPECIFIED]: ['unspecified', 'gray'],
  [NodeCommandState.QUEUED]: ['queued', 'amber'],
  [NodeCommandState.RUNNING]: ['running', 'amber'],
  [NodeCommandState.SUCCEEDED]: ['succeeded', 'green'],
  [NodeCommandState.FAILED]: ['failed', 'red'],
  [NodeCommandState.REFUSED]: ['refused', 'red'],
  [NodeCommandState.CANCELLED]: ['cancelled', 'gray'],
  [NodeCommandState.EXPIRED]: ['expired', 'red'],
  [NodeCommandState.INTERRUPTED]: ['interrupted', 'red'],
};

/** A newer server may send states that this page does not know. */
export function commandState(state: NodeCommandState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[NodeCommandState.UNSPECIFIED];
}
