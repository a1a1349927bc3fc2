/** All notifications, the newest first. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Notification, Notifications } from '@hostler/client';
import { Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useUnread } from '@/api/inbox';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { useMarkRead } from '@/api/useMarkRead';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { MoreButton } from '@/components/MoreButton';
import { notificationPath } from '@/components/notificationPath';
import { PageHeader } from '@/components/PageHeader';
import { Time } from '@/components/Time';
import { useSearchState } from '@/frame/useSearchState';

import { notificationKind } from './notificationKind';

export default function InboxPage() {
  const { t } = useTranslation();
  const search = useSearchState();
  const count = useUnread();
  const unread = search.get('unread') === '1';
  const list = useInfiniteQuery(
    Notifications.method.listNotifications,
    { pageToken: '', unread },
    BY_PAGE_TOKEN,
  );
  const { markAll, busy } = useMarkRead();
  const notifications = list.data?.pages.flatMap((page) => page.notifications) ?? [];
  const newest = notifications[0];
  return (
    <Stack>
      <PageHeader
        title={t('inbox.title')}
        description={t('inbox.text')}
        actions={
          count > 0 &&
          newest && (
            <Button variant="default" loading={busy} onClick={() => markAll(newest.id)}>
              {t('inbox.markAll')}
            </Button>
          )
        }
      />
      <Switch
        label={t('inbox.unread')}
        checked={unread}
        onChange={(event) => search.set('unread', event.currentTarget.checked ? '1' : undefined)}
      />
      {list.isPending ? (
        <Skeleton h={160} />
      ) : list.error && notifications.length === 0 ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : notifications.length === 0 ? (
        <EmptyState icon={IconBell} title={t('inbox.empty.title')} text={t('inbox.empty.text')} />
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {notifications.map((notification) => (
            <Item key={notification.id} notification={notification} />
          ))}
        </Stack>
      )}
      <MoreButton query={list} />
    </Stack>
  );
}

function Item({ notification }: { readonly notification: Notification }) {
  const { t } = useTranslation();
  const { markOne } = useMarkRead();
  const { id, kind, title, text, createTime, readTime } = notification;
  return (
    <Paper component="li" withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} flex="1 1 280px" miw={0}>
          <Group gap="xs">
            <Anchor
              component={Link}
              to={notificationPath(notification)}
              c="inherit"
              fw={readTime ? 400 : 650}
              onClick={() => {
                if (!readTime) markOne(id);
              }}
            >
              {title}
            </Anchor>
            {!readTime && (
              <Badge variant="light" tt="none">
                {t('inbox.unreadMark')}
              </Badge>
            )}
          </Group>
          <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
            {text}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {t(`inbox.kinds.${notificationKind(kind)}`)}
            {' · '}
            <Time value={createTime} />
          </Text>
        </Stack>
        {!readTime && (
          <Button
            size="xs"
            variant="default"
            aria-label={t('inbox.markNamed', { title })}
            onClick={() => markOne(id)}
          >
            {t('inbox.markOne')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
