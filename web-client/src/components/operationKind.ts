/** The words for a kind of operation, such as "server.create"; a newer server may have kinds that this page does not know. */
import type { ParseKeys } from 'i18next';

import type { English } from '@/i18n/areas';

type Kind = keyof English['operations']['kinds'];

const KINDS: Readonly<Record<Exclude<Kind, 'unknown'>, true>> = {
  server_create: true,
  server_start: true,
  server_stop: true,
  server_restart: true,
  server_delete: true,
  server_resize: true,
  server_rename: true,
  server_reset_password: true,
  snapshot_create: true,
  snapshot_restore: true,
  snapshot_delete: true,
};

export function operationKindKey(kind: string): Extract<ParseKeys, `operations.kinds.${string}`> {
  const key = kind.replace('.', '_');
  return isKind(key) ? `operations.kinds.${key}` : 'operations.kinds.unknown';
}

function isKind(key: string): key is keyof typeof KINDS {
  return Object.hasOwn(KINDS, key);
}
