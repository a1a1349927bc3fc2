/** One's own channels, and for the staff those of the installation. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Channel, Channels } from '@hostler/client';
import { Button, SegmentedControl, Stack } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { isStaff, useMe, useOperates } from '@/api/me';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

import { channelKind, channelTarget } from './channelKind';

export default function ChannelsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const operates = useOperates();
  const search = useSearchState();
  const staff = me !== undefined && isStaff(me);
  const installation = staff && search.get('of') === 'installation';
  const list = useInfiniteQuery(Channels.method.listChannels, { pageToken: '', installation }, BY_PAGE_TOKEN);
  const create = (!installation || operates) && (
    <Button component={Link} to={paths.newChannel(installation ? { of: 'installation' } : {})}>
      {t('channels.create')}
    </Button>
  );
  return (
    <Stack>
      <PageHeader title={t('channels.title')} description={t('channels.text')} actions={create} />
      {staff && (
        <SegmentedControl
          aria-label={t('channels.of')}
          style={{ alignSelf: 'flex-start' }}
          value={installation ? 'installation' : 'mine'}
          onChange={(of) => search.set('of', of === 'installation' ? of : undefined)}
          data={[
            { value: 'mine', label: t('channels.mine') },
            { value: 'installation', label: t('channels.installation') },
          ]}
        />
      )}
      <RecordList
        query={list}
        label={t('channels.title')}
        columns={useColumns()}
        rows={list.data?.pages.flatMap((page) => page.channels) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={IconSend} title={t('channels.empty.title')} text={t('channels.empty.text')} />
        }
      />
    </Stack>
  );
}

function useColumns(): Column<Channel>[] {
  const { t } = useTranslation();
  return [
    {
      label: t('channels.columns.name'),
      cell: ({ id, displayName }) => <EntityName name={displayName} to={paths.channel(id)} />,
    },
    { label: t('channels.columns.kind'), cell: (channel) => t(`channels.kinds.${channelKind(channel)}`) },
    { label: t('channels.columns.target'), cell: channelTarget },
    {
      label: t('channels.columns.state'),
      cell: ({ disabled }) => (
        <StateBadge
          color={disabled ? 'gray' : 'green'}
          label={t(disabled ? 'channels.disabled' : 'channels.enabled')}
        />
      ),
    },
    { label: t('channels.columns.changed'), cell: ({ updateTime }) => <Time value={updateTime} /> },
  ];
}
