/** Of what one wants to hear, and how. */
import { useQuery } from '@connectrpc/connect-query';
import {
  NotificationKind,
  type NotificationPreference,
  type NotificationPreferences,
  Notifications,
  problemOf,
} from '@hostler/client';
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { useEdited } from '@/forms/useEdited';
import { useErrorText } from '@/api/errors';
import { notificationKind } from '@/pages/inbox/notificationKind';

const WAYS = ['inbox', 'email', 'channels'] as const;

type Way = (typeof WAYS)[number];

export function PreferenceForm() {
  const query = useQuery(Notifications.method.getNotificationPreferences, {});
  const preferences = query.data?.preferences;
  if (query.isPending) return <Skeleton h={240} />;
  if (!preferences) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Opened
      first={preferences}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.preferences}
    />
  );
}

interface OpenedProps {
  readonly first: NotificationPreferences;
  readonly reread: () => Promise<NotificationPreferences | undefined>;
}

function Opened({ first, reread }: OpenedProps) {
  const { base, setBase, reload } = useEdited(first, reread);
  return <Choices key={base.etag} base={base} onSaved={setBase} onReload={reload} />;
}

/** Narrow columns are no reason to break words. */
const UNBROKEN = { overflowWrap: 'normal', wordBreak: 'keep-all' } as const;

interface ChoicesProps {
  readonly base: NotificationPreferences;
  readonly onSaved: (preferences: NotificationPreferences | undefined) => void;
  readonly onReload: () => Promise<void>;
}

function Choices({ base, onSaved, onReload }: ChoicesProps) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const textOf = useErrorText();
  const invalidate = useInvalidate();
  const client = useClient(Notifications);
  const [chosen, setChosen] = useState<readonly NotificationPreference[]>(base.preferences);
  const save = useMutation({
    mutationFn: () =>
      client.updateNotificationPreferences({
        preferences: { preferences: [...chosen] },
        etag: base.etag,
        requestId: newRequestId(),
      }),
    onSuccess: ({ preferences }) => {
      invalidate(Notifications.method.getNotificationPreferences);
      toasts.success(t('inbox.preferences.saved'));
      onSaved(preferences);
    },
  });
  const choose = (kind: NotificationKind, way: Way, value: boolean) =>
    setChosen((before) => before.map((one) => (one.kind === kind ? { ...one, [way]: value } : one)));
  return (
    <Panel title={t('inbox.preferences.title')}>
      <Stack maw={640}>
        <Text c="dimmed">{t('inbox.preferences.text')}</Text>
        <Table horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('inbox.preferences.kind')}</Table.Th>
              {WAYS.map((way) => (
                <Table.Th key={way} scope="col" fz={{ base: 'xs', xs: 'sm' }} style={UNBROKEN}>
                  {t(`inbox.preferences.ways.${way}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {chosen.map((preference) => {
              const kind = t(`inbox.kinds.${notificationKind(preference.kind)}`);
              return (
                <Table.Tr key={preference.kind}>
                  <Table.Th scope="row" fw={400}>
                    {kind}
                  </Table.Th>
                  {WAYS.map((way) => (
                    <Table.Td key={way}>
                      <Checkbox
                        aria-label={t('inbox.preferences.one', {
                          kind,
                          way: t(`inbox.preferences.ways.${way}`),
                        })}
                        checked={preference[way]}
                        disabled={isFixed(preference.kind, way)}
                        onChange={(event) => choose(preference.kind, way, event.currentTarget.checked)}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        <ConflictNotice
          api={{
            failure: save.error ? textOf(save.error) : undefined,
            problem: save.error ? problemOf(save.error) : undefined,
          }}
          onReload={() => void onReload().catch(toasts.failure)}
        />
        <Group justify="flex-end">
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}

/** Who takes an account over must not be able to hide it. */
function isFixed(kind: NotificationKind, way: Way): boolean {
  return kind === NotificationKind.SECURITY && way !== 'channels';
}
