/** What the states of containers and their checks are called and look like. */
import { ContainerHealth, ContainerState } from '@hostler/client';

import type { StateColor } from '@/components/StateBadge';
import type { English } from '@/i18n/areas';

type StateName = keyof English['nodes']['containers']['states'];
type HealthName = keyof English['nodes']['containers']['health'];

const STATES: Readonly<Record<ContainerState, readonly [StateName, StateColor]>> = {
  [ContainerState.UNSPECIFIED]: ['unspecified', 'gray'],
  [ContainerState.CREATED]: ['created', 'gray'],
  [ContainerState.RUNNING]: ['running', 'green'],
  [ContainerState.PAUSED]: ['paused', 'amber'],
  [ContainerState.RESTARTING]: ['restarting', 'red'],
  [ContainerState.REMOVING]: ['removing', 'amber'],
  [ContainerState.EXITED]: ['exited', 'gray'],
  [ContainerState.DEAD]: ['dead', 'red'],
};

const HEALTH: Readonly<Record<ContainerHealth, readonly [HealthName, StateColor] | undefined>> = {
  [ContainerHealth.UNSPECIFIED]: undefined,
  [ContainerHealth.STARTING]: ['starting', 'amber'],
  [ContainerHealth.HEALTHY]: ['healthy', 'green'],
  [ContainerHealth.UNHEALTHY]: ['unhealthy', 'red'],
};

/** Those that can be filtered by. */
export const CONTAINER_STATES = [
  ContainerState.RUNNING,
  ContainerState.RESTARTING,
  ContainerState.PAUSED,
  ContainerState.EXITED,
  ContainerState.CREATED,
] as const;

/** A newer server may send states that this page does not know. */
export function containerState(state: ContainerState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[ContainerState.UNSPECIFIED];
}

/** Undefined without a check. */
export function containerHealth(health: ContainerHealth): readonly [HealthName, StateColor] | undefined {
  return Object.hasOwn(HEALTH, health) ? HEALTH[health] : undefined;
}
