/** Alerts that are over. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Alert, Alerts, AlertState } from '@hostler/client';
import { Anchor, Group, Stack, UnstyledButton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { placeName, placePath } from '@/alerting/place';
import { severityOf } from '@/alerting/severity';
import { SeverityBadge } from '@/alerting/SeverityBadge';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { ServerPicker } from '@/components/ServerPicker';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { useSearchState } from '@/frame/useSearchState';

import { AlertDetails } from './AlertDetails';
import { SeverityFilter } from './SeverityFilter';

export function HistoryTab() {
  const { t } = useTranslation();
  const search = useSearchState();
  const [detailed, setDetailed] = useState<Alert>();
  const severity = severityOf(search.get('severity'));
  const serverId = search.get('server');
  const list = useInfiniteQuery(
    Alerts.method.listAlerts,
    {
      pageToken: '',
      states: [AlertState.RESOLVED],
      serverId,
      ...(severity !== undefined && { severity }),
    },
    BY_PAGE_TOKEN,
  );
  const clear = () => {
    search.set('severity', undefined);
    search.set('server', undefined);
  };
  return (
    <Stack>
      <Group gap="sm">
        <ServerPicker value={serverId} onChange={(id) => search.set('server', id)} />
        <SeverityFilter />
      </Group>
      <RecordList
        query={list}
        label={t('alerts.tabs.history')}
        columns={useColumns(setDetailed)}
        rows={list.data?.pages.flatMap((page) => page.alerts) ?? []}
        rowKey={({ id }) => id}
        empty={<EmptyState icon={IconHistory} title={t('alerts.past.title')} text={t('alerts.past.text')} />}
        onClearFilters={severity !== undefined || serverId !== '' ? clear : undefined}
      />
      <AlertDetails alert={detailed} onClose={() => setDetailed(undefined)} />
    </Stack>
  );
}

function useColumns(show: (alert: Alert) => void): Column<Alert>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      label: t('alerts.columns.rule'),
      cell: (alert) => (
        <UnstyledButton
          fz="inherit"
          fw={600}
          td="underline"
          aria-label={t('alerts.detailsNamed', { name: `${alert.ruleName}, ${placeName(alert)}` })}
          onClick={() => show(alert)}
        >
          {alert.ruleName}
        </UnstyledButton>
      ),
    },
    {
      label: t('alerts.columns.place'),
      cell: (alert) => (
        <Anchor component={Link} to={placePath(alert)} size="sm">
          {placeName(alert)}
        </Anchor>
      ),
    },
    {
      label: t('alerts.columns.severity'),
      cell: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      label: t('alerts.columns.when'),
      cell: ({ fireTime, beginTime }) => <Time value={fireTime ?? beginTime} exact />,
    },
    {
      label: t('alerts.columns.span'),
      whole: true,
      cell: ({ fireTime, beginTime, resolveTime }) => {
        const start = fireTime ?? beginTime;
        if (!start || !resolveTime) return '–';
        // Seconds matter in none that lasted longer than a minute.
        const length = timestampMs(resolveTime) - timestampMs(start);
        return format.span(length < 60_000 ? length : Math.round(length / 60_000) * 60_000);
      },
    },
  ];
}
