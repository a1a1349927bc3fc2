/** What is wrong with a server, in place. It is read now and then, and when the inbox hears of an alert: a page has few streams. */
import { useQuery } from '@connectrpc/connect-query';
import { Alerts, AlertState } from '@hostler/client';
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { AlertCard } from '@/alerting/AlertCard';
import { paths } from '@/paths';

/** As often as the figures are judged. */
const PERIOD = 30_000;

export function ServerAlerts({ serverId }: { readonly serverId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(
    Alerts.method.listAlerts,
    { serverId, states: [AlertState.FIRING] },
    { refetchInterval: PERIOD },
  );
  const alerts = data?.alerts ?? [];
  if (alerts.length === 0) return null;
  return (
    <section aria-label={t('alerts.here')}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600} aria-hidden>
            {t('alerts.here')}
          </Text>
          <Anchor component={Link} to={paths.alerts()} size="sm">
            {t('alerts.all')}
          </Anchor>
        </Group>
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {alerts.map((alert) => (
            <AlertCard key={alert.id} alert={alert} withoutPlace />
          ))}
        </Stack>
      </Stack>
    </section>
  );
}
