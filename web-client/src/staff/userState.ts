/** What the roles and states of accounts are called and look like. */
import { UserRole, UserState } from '@hostler/client';

import type { English } from '@/i18n/areas';

import type { StateColor } from '@/components/StateBadge';

type RoleName = keyof English['users']['roles'];
type StateName = keyof English['users']['states'];

const ROLES: Readonly<Record<UserRole, RoleName>> = {
  [UserRole.UNSPECIFIED]: 'unspecified',
  [UserRole.CUSTOMER]: 'customer',
  [UserRole.SUPPORT]: 'support',
  [UserRole.OPERATOR]: 'operator',
};

const STATES: Readonly<Record<UserState, readonly [StateName, StateColor]>> = {
  [UserState.UNSPECIFIED]: ['unspecified', 'gray'],
  [UserState.ACTIVE]: ['active', 'green'],
  [UserState.SUSPENDED]: ['suspended', 'red'],
};

/** Those that can be given, or filtered by. */
export const USER_ROLES = [UserRole.CUSTOMER, UserRole.SUPPORT, UserRole.OPERATOR] as const;
export const USER_STATES = [UserState.ACTIVE, UserState.SUSPENDED] as const;

/** A newer server may send roles and states that this page does not know. */
export function userRoleName(role: UserRole): RoleName {
  return Object.hasOwn(ROLES, role) ? ROLES[role] : 'unspecified';
}

export function userState(state: UserState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[UserState.UNSPECIFIED];
}
