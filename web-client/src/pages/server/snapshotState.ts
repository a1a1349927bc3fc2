/** What the states of a snapshot look like and are called. */
import { SnapshotState } from '@hostler/client';
import type { ParseKeys } from 'i18next';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type StateName = keyof English['snapshots']['states'];

const STATES: Readonly<Record<SnapshotState, readonly [StateName, StateColor]>> = {
  [SnapshotState.UNSPECIFIED]: ['unspecified', 'gray'],
  [SnapshotState.CREATING]: ['creating', 'amber'],
  [SnapshotState.READY]: ['ready', 'green'],
  [SnapshotState.RESTORING]: ['restoring', 'amber'],
  [SnapshotState.DELETING]: ['deleting', 'amber'],
  [SnapshotState.FAILED]: ['failed', 'red'],
};

interface Look {
  readonly label: Extract<ParseKeys, `snapshots.states.${string}`>;
  readonly color: StateColor;
  readonly busy: boolean;
}

export function snapshotLook(state: SnapshotState): Look {
  // A newer server may send states that this page does not know.
  const [name, color] = STATES[Object.hasOwn(STATES, state) ? state : SnapshotState.UNSPECIFIED];
  return { label: `snapshots.states.${name}`, color, busy: color === 'amber' };
}
