/** One channel: to change it, try it, delete it, and see what was sent to it. */
import { useQuery } from '@connectrpc/connect-query';
import { type Channel, Channels } from '@hostler/client';
import { Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { isOperator, useMe } from '@/api/me';
import { useClient } from '@/api/useClient';
import { DeleteButton } from '@/components/DeleteButton';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { Editor } from '@/forms/Editor';
import { paths } from '@/paths';

import { ChannelForm } from './ChannelForm';
import { channelKind } from './channelKind';
import { channelOf, MASK, valuesOf } from './channelValues';
import { Deliveries } from './Deliveries';
import { TestPanel } from './TestPanel';
import { UnconfirmedAddresses } from './UnconfirmedAddresses';

export default function ChannelPage() {
  const { t } = useTranslation();
  const { channelId = '' } = useParams();
  const me = useMe();
  const client = useClient(Channels);
  const query = useQuery(Channels.method.getChannel, { channelId });
  const mayChange = (channel: Channel) =>
    me !== undefined && (channel.ownerId === me.id || (channel.ownerId === '' && isOperator(me)));
  return (
    <Editor
      query={query}
      entry={query.data?.channel}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.channel}
      update={async (channel: ReturnType<typeof channelOf>, change) =>
        (await client.updateChannel({ channel, ...change })).channel
      }
      remove={(id, requestId) => client.deleteChannel({ channelId: id, requestId })}
      list={Channels.method.listChannels}
      get={Channels.method.getChannel}
      back={paths.channels()}
    >
      {({ entry, update, remove, removing, reload, saved }) => (
        <Stack gap="lg">
          <PageHeader
            title={entry.displayName}
            description={
              <Group gap="md">
                <span>{t(`channels.kinds.${channelKind(entry)}`)}</span>
                {entry.ownerId === '' && <span>{t('channels.installation')}</span>}
              </Group>
            }
            actions={
              mayChange(entry) && (
                <DeleteButton
                  name={entry.displayName}
                  text={t('channels.deleteText')}
                  busy={removing}
                  onDelete={remove}
                />
              )
            }
          />
          {mayChange(entry) && (
            <>
              <ChannelForm
                key={entry.etag}
                channel={entry}
                initial={valuesOf(entry)}
                label={t('common.save')}
                back={paths.channels(entry.ownerId === '' ? { of: 'installation' } : {})}
                onReload={reload}
                send={async (values) => {
                  await update(channelOf(values), MASK);
                  saved(values.displayName);
                }}
              />
              <UnconfirmedAddresses channel={entry} onConfirmed={reload} />
              <TestPanel channelId={entry.id} />
            </>
          )}
          <Panel title={t('channels.deliveries.title')}>
            <Deliveries channelId={entry.id} mayChange={mayChange(entry)} />
          </Panel>
        </Stack>
      )}
    </Editor>
  );
}
