/** What the states of a server look like and are called. */
import { ServerState } from '@hostler/client';
import type { ParseKeys } from 'i18next';

import type { English } from '@/i18n/areas';

/** How a state feels: well, resting, at work, in trouble. */
export type Mood = 'well' | 'resting' | 'busy' | 'broken';

type StateName = keyof English['servers']['states'];

const STATES: Readonly<Record<ServerState, readonly [StateName, Mood]>> = {
  [ServerState.UNSPECIFIED]: ['unspecified', 'resting'],
  [ServerState.CREATING]: ['creating', 'busy'],
  [ServerState.RUNNING]: ['running', 'well'],
  [ServerState.STOPPED]: ['stopped', 'resting'],
  [ServerState.STARTING]: ['starting', 'busy'],
  [ServerState.STOPPING]: ['stopping', 'busy'],
  [ServerState.RESTARTING]: ['restarting', 'busy'],
  [ServerState.RESIZING]: ['resizing', 'busy'],
  [ServerState.SNAPSHOTTING]: ['snapshotting', 'busy'],
  [ServerState.RESTORING]: ['restoring', 'busy'],
  [ServerState.DELETING]: ['deleting', 'busy'],
  [ServerState.DELETED]: ['deleted', 'resting'],
  [ServerState.FAILED]: ['failed', 'broken'],
  [ServerState.LOST]: ['lost', 'broken'],
  [ServerState.UPDATING]: ['updating', 'busy'],
};

/** A newer server may send states that this page does not know. */
function entry(state: ServerState): readonly [StateName, Mood] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[ServerState.UNSPECIFIED];
}

export function serverStateKey(state: ServerState): Extract<ParseKeys, `servers.states.${string}`> {
  return `servers.states.${entry(state)[0]}`;
}

export function serverMood(state: ServerState): Mood {
  return entry(state)[1];
}
