/** Addresses whose owners have not agreed yet: a code is mailed there, and comes back here. */
import { useMutation } from '@connectrpc/connect-query';
import { type Channel, Channels, DeliveryState } from '@hostler/client';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';

interface ListProps {
  readonly channel: Channel;
  /** Reads the channel again. */
  readonly onConfirmed: () => Promise<void>;
}

export function UnconfirmedAddresses({ channel, onConfirmed }: ListProps) {
  const { t } = useTranslation();
  const addresses = channel.target.case === 'email' ? channel.target.value.unconfirmedAddresses : [];
  if (addresses.length === 0) return null;
  return (
    <Panel title={t('channels.confirm.title')}>
      <Stack gap="lg">
        <Text c="dimmed">{t('channels.confirm.text')}</Text>
        {addresses.map((address) => (
          <Unconfirmed key={address} channelId={channel.id} address={address} onConfirmed={onConfirmed} />
        ))}
      </Stack>
    </Panel>
  );
}

interface Props {
  readonly channelId: string;
  readonly address: string;
  readonly onConfirmed: () => Promise<void>;
}

function Unconfirmed({ channelId, address, onConfirmed }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const client = useClient(Channels);
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { code: '' },
    validate: { code: required(t) },
    send: async ({ code }: { code: string }) => {
      await client.confirmChannelAddress({ channelId, address, code, requestId: newRequestId() });
      toasts.success(t('channels.confirm.done', { address }));
      invalidate(Channels.method.listChannels);
      await onConfirmed();
    },
  });
  const another = useMutation(Channels.method.sendChannelAddressCode, {
    onSettled: () => invalidate(Channels.method.listDeliveries),
  });
  const sent = another.data?.delivery;
  return (
    <form onSubmit={onSubmit} noValidate>
      <TextInput
        label={t('channels.confirm.code', { address })}
        autoComplete="one-time-code"
        maw={440}
        maxLength={32}
        key={form.key('code')}
        {...form.getInputProps('code')}
      />
      <Group gap="sm" mt="sm">
        <Button type="submit" loading={submitting}>
          {t('channels.confirm.action')}
        </Button>
        <Button
          variant="subtle"
          loading={another.isPending}
          onClick={() => another.mutate({ channelId, address, requestId: newRequestId() })}
        >
          {t('channels.confirm.another')}
        </Button>
      </Group>
      <div role="status">
        {failure !== undefined && <Text c="red">{failure}</Text>}
        {another.error && <ErrorState error={another.error} />}
        {sent && !another.isPending && (
          <Text size="sm">
            {sent.state === DeliveryState.FAILED
              ? t('channels.test.failed', { error: sent.error })
              : t('channels.confirm.sent', { address })}
          </Text>
        )}
      </div>
    </form>
  );
}
