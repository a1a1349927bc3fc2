/** An open alert: what is wrong, where and since when, who looks after it, and what can be done. */
import { type Alert, AlertState } from '@hostler/client';
import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { isStaff, useMe } from '@/api/me';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';

import { placeName, placePath } from './place';
import { SeverityBadge } from './SeverityBadge';
import { useAcknowledge } from './useAcknowledge';
import { useAlertValue, useConditionText } from './useConditionText';

interface Props {
  readonly alert: Alert;
  /** Where it is clear which server or node it is. */
  readonly withoutPlace?: boolean;
  readonly onSilence?: (alert: Alert) => void;
  readonly onDetails?: (alert: Alert) => void;
}

export function AlertCard({ alert, withoutPlace = false, onSilence, onDetails }: Props) {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  const { toggle, busy } = useAcknowledge(alert);
  const place = placeName(alert);
  const name = `${alert.ruleName}, ${place}`;
  const acknowledged = alert.acknowledgeTime !== undefined;
  return (
    <Paper component="li" withBorder p="md" radius="md" aria-label={name}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} flex="1 1 280px" miw={0}>
          <Group gap="sm">
            <SeverityBadge severity={alert.severity} />
            <Text fw={600}>{alert.ruleName}</Text>
            {withoutPlace ? (
              alert.containerName !== '' && <Text size="sm">{alert.containerName}</Text>
            ) : (
              <Anchor component={Link} to={placePath(alert, true)} size="sm">
                {t('alerts.onServer', { server: place })}
              </Anchor>
            )}
          </Group>
          <Text size="sm">{conditionText(alert.condition)}</Text>
          <Facts alert={alert} />
        </Stack>
        <Group gap="xs">
          {alert.state === AlertState.FIRING && (
            <Button
              size="xs"
              variant={acknowledged ? 'default' : 'light'}
              loading={busy}
              aria-label={t(acknowledged ? 'alerts.unacknowledgeNamed' : 'alerts.acknowledgeNamed', { name })}
              onClick={toggle}
            >
              {t(acknowledged ? 'alerts.unacknowledge' : 'alerts.acknowledge')}
            </Button>
          )}
          {onSilence && (
            <Button
              size="xs"
              variant="default"
              aria-label={t('alerts.silenceNamed', { name })}
              onClick={() => onSilence(alert)}
            >
              {t('alerts.silence')}
            </Button>
          )}
          {onDetails && (
            <Button
              size="xs"
              variant="default"
              aria-label={t('alerts.detailsNamed', { name })}
              onClick={() => onDetails(alert)}
            >
              {t('alerts.details')}
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}

/** What else is known of it, in a line. */
function Facts({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = useAlertValue();
  const me = useMe();
  const { condition, noData, acknowledgeTime, silenceEndTime, operationId, fireTime } = alert;
  const value = write(condition, alert.value);
  const words = [
    value !== undefined && t('alerts.value', { value }),
    acknowledgeTime && t('alerts.acknowledgedAt', { when: format.relative(acknowledgeTime) }),
    silenceEndTime && t('alerts.silencedUntil', { when: format.dateTime(silenceEndTime) }),
  ].filter((word) => typeof word === 'string');
  return (
    <Text size="sm" c="dimmed" component="div">
      <Time value={fireTime ?? alert.beginTime} />
      {words.map((word) => ` · ${word}`)}
      {noData && (
        <>
          {' · '}
          <Text span inherit fw={600} title={t('alerts.noDataHint')}>
            {t('alerts.noData')}
          </Text>
        </>
      )}
      {operationId !== '' && me && isStaff(me) && (
        <>
          {' · '}
          <Anchor component={Link} to={paths.operation(operationId)} size="sm" underline="always">
            {t('alerts.toOperation')}
          </Anchor>
        </>
      )}
    </Text>
  );
}
