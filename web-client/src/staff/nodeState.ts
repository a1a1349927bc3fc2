/** What the states of nodes, of what they join by, and what happens to them are called and look like. */
import { EnrolmentTokenState, NodeEventKind, NodeState } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type StateName = keyof English['nodes']['states'];
type TokenStateName = keyof English['nodes']['tokens']['states'];
type EventKindName = keyof English['nodes']['eventKinds'];

const STATES: Readonly<Record<NodeState, readonly [StateName, StateColor]>> = {
  [NodeState.UNSPECIFIED]: ['unspecified', 'gray'],
  [NodeState.NEW]: ['new', 'amber'],
  [NodeState.ONLINE]: ['online', 'green'],
  [NodeState.OFFLINE]: ['offline', 'red'],
  [NodeState.REVOKED]: ['revoked', 'gray'],
};

const TOKEN_STATES: Readonly<Record<EnrolmentTokenState, readonly [TokenStateName, StateColor]>> = {
  [EnrolmentTokenState.UNSPECIFIED]: ['unspecified', 'gray'],
  [EnrolmentTokenState.ACTIVE]: ['active', 'green'],
  [EnrolmentTokenState.USED]: ['used', 'gray'],
  [EnrolmentTokenState.EXPIRED]: ['expired', 'gray'],
  [EnrolmentTokenState.REVOKED]: ['revoked', 'gray'],
};

const EVENT_KINDS: Readonly<Record<NodeEventKind, EventKindName>> = {
  [NodeEventKind.UNSPECIFIED]: 'unspecified',
  [NodeEventKind.ENROLLED]: 'enrolled',
  [NodeEventKind.ONLINE]: 'online',
  [NodeEventKind.OFFLINE]: 'offline',
  [NodeEventKind.REBOOTED]: 'rebooted',
  [NodeEventKind.AGENT_CHANGED]: 'agentChanged',
  [NodeEventKind.KEY_ROTATED]: 'keyRotated',
  [NodeEventKind.REVOKED]: 'revoked',
};

/** Those that can be filtered by. */
export const NODE_STATES = [NodeState.ONLINE, NodeState.OFFLINE, NodeState.NEW, NodeState.REVOKED] as const;

/** A newer server may send states and kinds that this page does not know. */
export function nodeState(state: NodeState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[NodeState.UNSPECIFIED];
}

export function tokenState(state: EnrolmentTokenState): readonly [TokenStateName, StateColor] {
  return Object.hasOwn(TOKEN_STATES, state) ? TOKEN_STATES[state] : ['unspecified', 'gray'];
}

export function nodeEventKind(kind: NodeEventKind): EventKindName {
  return Object.hasOwn(EVENT_KINDS, kind) ? EVENT_KINDS[kind] : 'unspecified';
}
