/** What kinds of notifications are called. */
import { NotificationKind } from '@hostler/client';

import type { English } from '@/i18n/areas';

type KindName = keyof English['inbox']['kinds'];

const KINDS: Readonly<Record<NotificationKind, KindName>> = {
  [NotificationKind.UNSPECIFIED]: 'unspecified',
  [NotificationKind.SERVER_CREATED]: 'server_created',
  [NotificationKind.OPERATION_FAILED]: 'operation_failed',
  [NotificationKind.ALERT_FIRED]: 'alert_fired',
  [NotificationKind.ALERT_RESOLVED]: 'alert_resolved',
  [NotificationKind.SECURITY]: 'security',
};

/** A newer server may send kinds that this page does not know. */
export function notificationKind(kind: NotificationKind): KindName {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : KINDS[NotificationKind.UNSPECIFIED];
}
