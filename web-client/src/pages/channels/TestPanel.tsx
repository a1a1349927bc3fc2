/** Sends a test to a channel and says what became of it. */
import { useMutation } from '@connectrpc/connect-query';
import { Channels, type Delivery, DeliveryState } from '@hostler/client';
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';

export function TestPanel({ channelId }: { readonly channelId: string }) {
  const { t } = useTranslation();
  const invalidate = useInvalidate();
  const test = useMutation(Channels.method.testChannel, {
    onSettled: () => invalidate(Channels.method.listDeliveries),
  });
  const delivery = test.data?.delivery;
  return (
    <Panel title={t('channels.test.title')}>
      <Group justify="space-between" gap="sm">
        <Text c="dimmed">{t('channels.test.text')}</Text>
        <Button
          variant="light"
          loading={test.isPending}
          onClick={() => test.mutate({ channelId, requestId: newRequestId() })}
        >
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
