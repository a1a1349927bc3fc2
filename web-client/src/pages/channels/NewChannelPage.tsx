/** A new channel: one's own, or for operators one of the installation. */
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
          // To where it can be tried.
          void navigate(channel ? paths.channel(channel.id) : paths.channels());
        }}
      />
    </Stack>
  );
}
