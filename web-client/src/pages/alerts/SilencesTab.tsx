/** What is not to be told of, and until when. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query';
import { Alerts, AlertSeverity, type Silence } from '@hostler/client';
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconBellOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { severityLook } from '@/alerting/severity';
import { SilenceDialog } from '@/alerting/SilenceDialog';
import { useRuleNames } from '@/alerting/useRuleNames';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { EmptyState } from '@/components/EmptyState';
import { NodeName } from '@/components/NodeName';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { ServerName } from '@/components/ServerName';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useToasts } from '@/components/toast';
import { useSearchState } from '@/frame/useSearchState';

export function SilencesTab() {
  const { t } = useTranslation();
  const search = useSearchState();
  const [making, setMaking] = useState(false);
  const withPast = search.get('past') === '1';
  const list = useInfiniteQuery(Alerts.method.listSilences, { pageToken: '', withPast }, BY_PAGE_TOKEN);
  return (
    <Stack>
      <Group justify="space-between" gap="sm">
        <Text c="dimmed">{t('alerts.silences.text')}</Text>
        <Button onClick={() => setMaking(true)}>{t('alerts.silences.create')}</Button>
      </Group>
      <Checkbox
        label={t('alerts.silences.withPast')}
        checked={withPast}
        onChange={(event) => search.set('past', event.currentTarget.checked ? '1' : undefined)}
      />
      <RecordList
        query={list}
        label={t('alerts.tabs.silences')}
        columns={useColumns()}
        rows={list.data?.pages.flatMap((page) => page.silences) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconBellOff}
            title={t('alerts.silences.empty.title')}
            text={t('alerts.silences.empty.text')}
          />
        }
      />
      <SilenceDialog anything={making} onClose={() => setMaking(false)} />
    </Stack>
  );
}

function useColumns(): Column<Silence>[] {
  const { t } = useTranslation();
  const [now] = useState(Date.now);
  return [
    { label: t('alerts.silences.columns.what'), cell: (silence) => <What silence={silence} /> },
    { label: t('alerts.silences.columns.from'), cell: ({ startTime }) => <Time value={startTime} exact /> },
    { label: t('alerts.silences.columns.until'), cell: ({ endTime }) => <Time value={endTime} exact /> },
    { label: t('alerts.silences.columns.comment'), cell: ({ comment }) => comment || '–' },
    {
      label: t('alerts.silences.columns.state'),
      cell: (silence) => {
        const state = stateOf(silence, now);
        return (
          <StateBadge color={state === 'active' ? 'amber' : 'gray'} label={t(`alerts.silences.${state}`)} />
        );
      },
    },
    {
      label: t('alerts.silences.columns.action'),
      cell: (silence) => (stateOf(silence, now) === 'past' ? '–' : <EndButton silence={silence} />),
    },
  ];
}

function stateOf({ startTime, endTime }: Silence, now: number): 'past' | 'coming' | 'active' {
  if (endTime && timestampMs(endTime) <= now) return 'past';
  return startTime && timestampMs(startTime) > now ? 'coming' : 'active';
}

function What({ silence }: { readonly silence: Silence }) {
  const { t } = useTranslation();
  const ruleName = useRuleNames();
  const { ruleId, serverId, nodeId, severity } = silence;
  return (
    <Group gap={6}>
      {ruleId !== '' && <span>{ruleName(ruleId)}</span>}
      {serverId !== '' && <ServerName serverId={serverId} />}
      {nodeId !== '' && <NodeName nodeId={nodeId} />}
      {severity !== AlertSeverity.UNSPECIFIED && (
        <span>{t(`alerts.severities.${severityLook(severity)[0]}`)}</span>
      )}
    </Group>
  );
}

function EndButton({ silence }: { readonly silence: Silence }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const ruleName = useRuleNames();
  const end = useMutation(Alerts.method.deleteSilence, {
    onSuccess: () => toasts.success(t('alerts.silences.ended')),
    onError: (error) => toasts.failure(error),
    onSettled: () => invalidate(Alerts.method.listSilences, Alerts.method.listAlerts),
  });
  const what = silence.comment || ruleName(silence.ruleId) || t('alerts.silences.everything');
  return (
    <Button
      size="xs"
      variant="default"
      loading={end.isPending}
      aria-label={t('alerts.silences.endNamed', { what })}
      onClick={() => end.mutate({ silenceId: silence.id, requestId: newRequestId() })}
    >
      {t('alerts.silences.end')}
    </Button>
  );
}
