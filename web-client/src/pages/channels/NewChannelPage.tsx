/** A new channel: one's own, or for operators one of the installation. */
import type { Client } from '@connectrpc/connect';
import { Channels } from '@hostler/client';
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { PageHeader } from '@/components/PageHeader';
import { useToasts } from '@/components/toast';
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

import { ChannelForm } from './ChannelForm';
import { channelOf, NEW_CHANNEL } from './channelValues';

export default function NewChannelPage() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const client = useClient(Channels);
  const search = useSearchState();
  const installation = search.get('of') === 'installation';
  return (
    <Stack gap="lg">
      <PageHeader
        title={t('channels.createTitle')}
        description={installation ? t('channels.installation') : undefined}
      />
      <ChannelForm
        initial={NEW_CHANNEL}
        label={t('channels.form.create')}
        back={paths.channels(installation ? { of: 'installation' } : {})}
        send={async (values) => {
          const { channel } = await client.createChannel({
            channel: channelOf(values),
            installation,
            requestId: newRequestId(),
          });
          invalidate(Channels.method.listChannels);
          toasts.success(t('channels.created', { name: values.displayName }));
          if (channel?.target.case === 'email') {
            await askOwners(client, channel.id, channel.target.value.unconfirmedAddresses);
          }
          // To where it can be tried.
          void navigate(channel ? paths.channel(channel.id) : paths.channels());
        }}
      />
    </Stack>
  );
}

/** What is not sent now can be asked for on the channel's page, where the addresses are. */
async function askOwners(
  client: Client<typeof Channels>,
  channelId: string,
  addresses: readonly string[],
): Promise<void> {
  await Promise.allSettled(
    addresses.map((address) =>
      client.sendChannelAddressCode({ channelId, address, requestId: newRequestId() }),
    ),
  );
}
