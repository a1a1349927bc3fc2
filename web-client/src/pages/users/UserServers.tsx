/** The servers of an account. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Server, Servers } from '@hostler/client';
import { Anchor, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { Panel } from '@/components/Panel';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { ServerStateBadge } from '@/components/ServerStateBadge';
import { SimulatedBadge } from '@/components/SimulatedBadge';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';

export function UserServers({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useInfiniteQuery(
    Servers.method.listServers,
    { pageToken: '', ownerId: userId },
    BY_PAGE_TOKEN,
  );
  const columns: Column<Server>[] = [
    {
      label: t('servers.columns.name'),
      cell: ({ id, name, simulated }) => (
        <Group gap={8}>
          <Anchor component={Link} to={paths.server(id)} c="inherit" fw={600}>
            {name}
          </Anchor>
          {simulated && <SimulatedBadge />}
        </Group>
      ),
    },
    { label: t('servers.columns.state'), cell: ({ state }) => <ServerStateBadge state={state} /> },
    {
      label: t('servers.columns.address'),
      whole: true,
      cell: ({ addresses }) => addresses[0]?.address ?? t('servers.noAddress'),
    },
    {
      label: t('servers.columns.price'),
      whole: true,
      cell: ({ priceMinor, currency }) => format.monthly(priceMinor, currency),
    },
    { label: t('servers.columns.created'), cell: ({ createTime }) => <Time value={createTime} /> },
  ];
  return (
    <Panel title={t('users.servers')}>
      <RecordList
        query={list}
        label={t('users.servers')}
        columns={columns}
        rows={list.data?.pages.flatMap((page) => page.servers) ?? []}
        rowKey={({ id }) => id}
        empty={<Text c="dimmed">{t('users.noServers')}</Text>}
      />
    </Panel>
  );
}
