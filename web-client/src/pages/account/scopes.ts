/** The rights that a token can have, and what they are called. */
import type { ParseKeys } from 'i18next';

import type { English } from '@/i18n/areas';

type ScopeName = keyof English['account']['tokens']['scopeNames'];

/** By the protocol's names; those of the staff open nothing to customers. */
const SCOPES: Readonly<Record<string, { readonly name: ScopeName; readonly staff: boolean }>> = {
  'account.read': { name: 'account_read', staff: false },
  'account.write': { name: 'account_write', staff: false },
  'catalog.read': { name: 'catalog_read', staff: false },
  'servers.read': { name: 'servers_read', staff: false },
  'servers.write': { name: 'servers_write', staff: false },
  'snapshots.read': { name: 'snapshots_read', staff: false },
  'snapshots.write': { name: 'snapshots_write', staff: false },
  'operations.read': { name: 'operations_read', staff: false },
  'operations.write': { name: 'operations_write', staff: false },
  'monitoring.read': { name: 'monitoring_read', staff: false },
  'alerts.read': { name: 'alerts_read', staff: false },
  'alerts.write': { name: 'alerts_write', staff: false },
  'channels.read': { name: 'channels_read', staff: false },
  'channels.write': { name: 'channels_write', staff: false },
  'notifications.read': { name: 'notifications_read', staff: false },
  'notifications.write': { name: 'notifications_write', staff: false },
  'users.read': { name: 'users_read', staff: true },
  'users.write': { name: 'users_write', staff: true },
  'monitoring.write': { name: 'monitoring_write', staff: true },
  'catalog.write': { name: 'catalog_write', staff: true },
  'nodes.read': { name: 'nodes_read', staff: true },
  'nodes.write': { name: 'nodes_write', staff: true },
};

export function scopesFor(staff: boolean): string[] {
  return Object.entries(SCOPES)
    .filter(([, scope]) => staff || !scope.staff)
    .map(([scope]) => scope);
}

/** Undefined for one that this page does not know. */
export function scopeKey(
  scope: string,
): Extract<ParseKeys, `account.tokens.scopeNames.${string}`> | undefined {
  const known = Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  return known && `account.tokens.scopeNames.${known.name}`;
}
