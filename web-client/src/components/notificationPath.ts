/** Where a notification leads: to what it is about. */
import { type Notification, NotificationKind } from '@hostler/client';

import { paths } from '@/paths';

export function notificationPath({ kind, serverId, alertId }: Notification): string {
  if (serverId !== '')
    return alertId === '' ? paths.server(serverId) : paths.serverTab(serverId, 'statistics');
  if (alertId !== '') return paths.alerts();
  return kind === NotificationKind.SECURITY ? paths.account() : paths.inbox();
}
