/** What has happened to an alert, the newest first. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { useQuery } from '@connectrpc/connect-query';
import { type Alert, AlertChangeKind, Alerts } from '@hostler/client';
import { Skeleton, Stack, Text, Timeline } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { placeName } from '@/alerting/place';
import { useAlertValue, useConditionText } from '@/alerting/useConditionText';
import { Dialog } from '@/components/Dialog';
import { ErrorState } from '@/components/ErrorState';
import { Time } from '@/components/Time';
import type { English } from '@/i18n/areas';

interface Props {
  /** Undefined shows nothing. */
  readonly alert: Alert | undefined;
  readonly onClose: () => void;
}

const KINDS: Readonly<Record<AlertChangeKind, keyof English['alerts']['changes']>> = {
  [AlertChangeKind.UNSPECIFIED]: 'unspecified',
  [AlertChangeKind.FIRED]: 'fired',
  [AlertChangeKind.RESOLVED]: 'resolved',
  [AlertChangeKind.WITHDRAWN]: 'withdrawn',
  [AlertChangeKind.DATA_LOST]: 'data_lost',
  [AlertChangeKind.DATA_FOUND]: 'data_found',
  [AlertChangeKind.ACKNOWLEDGED]: 'acknowledged',
  [AlertChangeKind.UNACKNOWLEDGED]: 'unacknowledged',
  [AlertChangeKind.SILENCED]: 'silenced',
  [AlertChangeKind.UNSILENCED]: 'unsilenced',
  [AlertChangeKind.REPEATED]: 'repeated',
};

/** A newer server may tell of changes that this page does not know. */
function changeName(kind: AlertChangeKind) {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : KINDS[AlertChangeKind.UNSPECIFIED];
}

export function AlertDetails({ alert, onClose }: Props) {
  const { t } = useTranslation();
  const title = alert && `${alert.ruleName} ${t('alerts.onServer', { server: placeName(alert) })}`;
  return (
    <Dialog opened={alert !== undefined} onClose={onClose} title={title}>
      {alert && <Changes alert={alert} />}
    </Dialog>
  );
}

function Changes({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  const write = useAlertValue();
  const query = useQuery(Alerts.method.getAlert, { alertId: alert.id }, { staleTime: 0 });
  if (query.isPending) return <Skeleton h={120} />;
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Stack>
      <Text size="sm">{conditionText(alert.condition)}</Text>
      <Timeline bulletSize={14} lineWidth={2} active={-1}>
        {query.data.changes.map(({ cursor, kind, time, alert: then }) => {
          const value = write(then?.condition, then?.value);
          return (
            <Timeline.Item
              key={cursor || (time ? timestampMs(time) : 0)}
              title={t(`alerts.changes.${changeName(kind)}`)}
            >
              <Text size="sm" c="dimmed" component="div">
                <Time value={time} exact />
                {value !== undefined && ` · ${value}`}
              </Text>
            </Timeline.Item>
          );
        })}
      </Timeline>
    </Stack>
  );
}
