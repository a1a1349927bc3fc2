/** Where the person is signed in, and the way to end it from afar. */
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query';
import { Auth, type Session } from '@hostler/client';
import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useSignOut } from '@/api/useSignOut';
import { ErrorState } from '@/components/ErrorState';
import { MoreButton } from '@/components/MoreButton';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { useFormat } from '@/format/useFormat';

export function SessionList() {
  const { t } = useTranslation();
  const query = useInfiniteQuery(Auth.method.listSessions, { pageToken: '' }, BY_PAGE_TOKEN);
  const sessions = query.data?.pages.flatMap((page) => page.sessions);
  return (
    <Panel title={t('account.sessions.title')}>
      <Text size="sm" c="dimmed">
        {t('account.sessions.text')}
      </Text>
      {sessions === undefined ? (
        query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton h={120} />
        )
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Stack>
      )}
      <MoreButton query={query} />
    </Panel>
  );
}

function SessionRow({ session }: { readonly session: Session }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const signOut = useSignOut();
  const queryClient = useQueryClient();
  const revoke = useMutation(Auth.method.revokeSession, {
    onSuccess: () => toasts.success(t('account.sessions.revoked')),
    onError: (error) => toasts.failure(error),
    // One that was gone already is no longer listed either.
    onSettled: () =>
      queryClient.invalidateQueries({
        queryKey: createConnectQueryKey({ schema: Auth.method.listSessions, cardinality: undefined }),
      }),
  });
  const name = session.deviceName || session.userAgent || t('account.sessions.unnamed');
  return (
    <Paper component="li" withBorder p="sm" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} flex="1 1 240px" miw={0}>
          <Group gap="xs">
            <Text fw={600} lineClamp={2} title={session.userAgent}>
              {name}
            </Text>
            {session.current && (
              <Badge variant="light" tt="none">
                {t('account.sessions.current')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {[
              session.address,
              session.lastUsedTime &&
                t('account.sessions.lastUsed', { when: format.relative(session.lastUsedTime) }),
              session.createTime &&
                t('account.sessions.since', { when: format.dateTime(session.createTime) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Stack>
        {session.current ? (
          <Button size="xs" variant="default" onClick={signOut}>
            {t('frame.signOut')}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="light"
            color="red"
            aria-label={t('account.sessions.revokeNamed', { name })}
            loading={revoke.isPending}
            onClick={() => revoke.mutate({ sessionId: session.id, requestId: newRequestId() })}
          >
            {t('account.sessions.revoke')}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
