/** Marks notifications as read. */
import { useMutation } from '@connectrpc/connect-query';
import { Notifications } from '@hostler/client';

import { useToasts } from '@/components/toast';

import { useFeed } from './ApiContext';
import { InboxFeed } from './inbox';
import { newRequestId } from './requestId';
import { useInvalidate } from './useInvalidate';

export function useMarkRead() {
  const inbox = useFeed(InboxFeed);
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const mark = useMutation(Notifications.method.markRead, {
    onSuccess: ({ unreadCount }) => {
      inbox.put(unreadCount);
      invalidate(Notifications.method.listNotifications);
    },
    onError: (error) => toasts.failure(error),
  });
  return {
    markOne: (id: string) => mark.mutate({ notificationIds: [id], requestId: newRequestId() }),
    /** The newest one that was seen, and all before it. */
    markAll: (newest: string) => mark.mutate({ upTo: newest, requestId: newRequestId() }),
    busy: mark.isPending,
  };
}
