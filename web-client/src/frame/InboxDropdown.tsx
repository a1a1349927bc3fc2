/** The newest notifications, and the way to all of them. */
import { useQuery } from '@connectrpc/connect-query';
import { type Notification, Notifications } from '@hostler/client';
import { Anchor, Button, Group, Popover, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useUnread } from '@/api/inbox';
import { useMarkRead } from '@/api/useMarkRead';
import { ErrorState } from '@/components/ErrorState';
import { notificationPath } from '@/components/notificationPath';
import { Time } from '@/components/Time';
import { paths } from '@/paths';

import { InboxButton } from './InboxButton';

const SHOWN = 8;

export default function InboxDropdown() {
  const { t } = useTranslation();
  const [opened, { open, close, toggle }] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  // It was asked for before it was here; the focus comes back to the button when it closes.
  useEffect(() => {
    button.current?.focus();
    open();
  }, [open]);
  return (
    <Popover
      position="bottom-end"
      width={340}
      withinPortal
      trapFocus
      returnFocus
      opened={opened}
      onChange={(next) => (next ? open() : close())}
    >
      <Popover.Target>
        <InboxButton ref={button} onClick={toggle} />
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label={t('frame.inbox.title')} maw="calc(100vw - 16px)">
        {opened && <Newest onLeave={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Newest({ onLeave }: { readonly onLeave: () => void }) {
  const { t } = useTranslation();
  const unread = useUnread();
  const query = useQuery(Notifications.method.listNotifications, { pageSize: SHOWN });
  const { markAll, busy } = useMarkRead();
  const notifications = query.data?.notifications ?? [];
  const newest = notifications[0];
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{t('frame.inbox.title')}</Text>
        {unread > 0 && newest && (
          <Button size="compact-xs" variant="default" loading={busy} onClick={() => markAll(newest.id)}>
            {t('frame.inbox.markAll')}
          </Button>
        )}
      </Group>
      {query.isPending ? (
        <Skeleton h={80} />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : notifications.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('frame.inbox.nothing')}
        </Text>
      ) : (
        <Stack component="ul" gap="xs" p={0} m={0} style={{ listStyle: 'none' }}>
          {notifications.map((notification) => (
            <Item key={notification.id} notification={notification} onLeave={onLeave} />
          ))}
        </Stack>
      )}
      <Anchor component={Link} to={paths.inbox()} size="sm" onClick={onLeave}>
        {t('frame.inbox.all')}
      </Anchor>
    </Stack>
  );
}

function Item({
  notification,
  onLeave,
}: {
  readonly notification: Notification;
  readonly onLeave: () => void;
}) {
  const { markOne } = useMarkRead();
  const { id, title, createTime, readTime } = notification;
  return (
    <li>
      <Anchor
        component={Link}
        to={notificationPath(notification)}
        size="sm"
        c="inherit"
        fw={readTime ? 400 : 600}
        onClick={() => {
          if (!readTime) markOne(id);
          onLeave();
        }}
      >
        {title}
      </Anchor>
      <Text size="xs" c="dimmed" component="div">
        <Time value={createTime} />
      </Text>
    </li>
  );
}
