import { type MarkReadRequest, type Notification, NotificationKind, Notifications } from '@hostler/client';
import { expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { renderApp } from '../../../test/renderApp';
import { aStream } from '../../../test/streams';

it('the bell tells what is new, and all is marked as read', async () => {
  const stream = aStream<object>(() => ({ unreadCount: 0 }));
  const kept: Partial<Notification>[] = [];
  const marked: MarkReadRequest[] = [];
  const { findByRole, findByText, user } = await renderApp({
    at: '/notifications',
    server: (r) => {
      signedIn(r);
      r.rpc(Notifications.method.watchNotifications, stream.open as never);
      r.rpc(Notifications.method.listNotifications, () => ({ notifications: kept as Notification[] }));
      r.rpc(Notifications.method.markRead, (request) => {
        marked.push(request);
        return { unreadCount: 0 };
      });
    },
  });
  await findByText('Nothing yet');
  await findByRole('button', { name: 'Notifications, none unread' });
  const news = {
    id: 'one',
    kind: NotificationKind.ALERT_FIRED,
    title: 'Disk full on web-1',
    text: 'At 95%.',
  };
  kept.push({ $typeName: 'hostler.v1.Notification', ...news });
  stream.send({ unreadCount: 1, event: { case: 'notification', value: news } });
  await findByRole('button', { name: 'Notifications, 1 unread' });
  await findByText('At 95%.');

  await user.click(await findByRole('button', { name: 'Mark all as read' }));
  await findByRole('button', { name: 'Notifications, none unread' });
  await vi.waitFor(() => expect(marked).toMatchObject([{ upTo: 'one', notificationIds: [] }]));
});
