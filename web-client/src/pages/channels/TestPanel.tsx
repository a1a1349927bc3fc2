/** Sends a test to a channel and says what became of it. */
import { Channels, type Delivery, DeliveryState } from '@hostler/client';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { within } from '@/api/interceptors/deadline';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';

/** The server waits up to 30 seconds for the mail server; a call that ends before leaves the outcome unknown. */
const TEST_DEADLINE = 45_000;

export function TestPanel({ channelId }: { readonly channelId: string }) {
  const { t } = useTranslation();
  const invalidate = useInvalidate();
  const client = useClient(Channels);
  const test = useMutation({
    mutationFn: () => client.testChannel({ channelId, requestId: newRequestId() }, within(TEST_DEADLINE)),
    onSettled: () => invalidate(Channels.method.listDeliveries),
  });
  const delivery = test.data?.delivery;
  return (
    <Panel title={t('channels.test.title')}>
      <Group justify="space-between" gap="sm">
        <Text c="dimmed">{t('channels.test.text')}</Text>
        <Button variant="light" loading={test.isPending} onClick={() => test.mutate()}>
          {t('channels.test.action')}
        </Button>
      </Group>
      <div role="status">
        {test.error && <ErrorState error={test.error} />}
        {delivery && !test.isPending && <Outcome delivery={delivery} />}
      </div>
    </Panel>
  );
}

function Outcome({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  switch (delivery.state) {
    case DeliveryState.DELIVERED:
      return (
        <Alert color="petrol" variant="light" icon={<IconCheck aria-hidden />}>
          {t('channels.test.delivered')}
        </Alert>
      );
    case DeliveryState.FAILED:
      return (
        <Alert color="red" variant="light" icon={<IconAlertCircle aria-hidden />}>
          {t('channels.test.failed', { error: delivery.error })}
        </Alert>
      );
    case DeliveryState.PENDING:
    case DeliveryState.UNSPECIFIED:
      return <Alert color="gray">{t('channels.test.pending')}</Alert>;
  }
}
