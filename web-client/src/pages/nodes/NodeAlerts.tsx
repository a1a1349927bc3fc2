/** What is wrong with a node and its containers, in place. It is read now and then: a page has few streams. */
import { useQuery } from '@connectrpc/connect-query';
import { Alerts, AlertState } from '@hostler/client';
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { AlertCard } from '@/alerting/AlertCard';
import { paths } from '@/paths';

/** As often as nodes are judged. */
const PERIOD = 10_000;

export function NodeAlerts({ nodeId }: { readonly nodeId: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(
    Alerts.method.listAlerts,
    { nodeId, states: [AlertState.FIRING] },
    { refetchInterval: PERIOD },
  );
  const alerts = data?.alerts ?? [];
  if (alerts.length === 0) return null;
  return (
    <section aria-label={t('alerts.onThisNode')}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600} aria-hidden>
            {t('alerts.onThisNode')}
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
