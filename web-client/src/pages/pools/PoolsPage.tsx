/** The pools that servers get their addresses from, and how full they are. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Catalog, type IpPool } from '@hostler/client';
import { Button, Space } from '@mantine/core';
import { IconNetwork } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useOperates } from '@/api/me';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { PageHeader } from '@/components/PageHeader';
import { poolKindName } from '@/staff/poolKind';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { paths } from '@/paths';

import { PoolUse } from './PoolUse';

export default function PoolsPage() {
  const { t } = useTranslation();
  const operates = useOperates();
  const list = useInfiniteQuery(Catalog.method.listIpPools, { pageToken: '' }, BY_PAGE_TOKEN);
  const create = operates && (
    <Button component={Link} to={paths.newPool()}>
      {t('catalog.pools.create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('catalog.pools.title')} actions={create} />
      <Space h="md" />
      <RecordList
        query={list}
        label={t('catalog.pools.title')}
        columns={useColumns(operates)}
        rows={list.data?.pages.flatMap((page) => page.ipPools) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconNetwork}
            title={t('catalog.pools.empty.title')}
            text={t('catalog.pools.empty.text')}
          />
        }
      />
    </>
  );
}

function useColumns(operates: boolean): Column<IpPool>[] {
  const { t } = useTranslation();
  return [
    {
      label: t('catalog.name'),
      cell: ({ id, name }) => <EntityName name={name} to={operates ? paths.pool(id) : undefined} />,
    },
    { label: t('catalog.pools.columns.network'), cell: ({ network }) => network },
    {
      label: t('catalog.pools.columns.wire'),
      cell: ({ bridge, vlanTag }) =>
        vlanTag === 0 ? bridge : t('catalog.pools.wire', { bridge, vlan: String(vlanTag) }),
    },
    {
      label: t('catalog.pools.columns.hypervisor'),
      cell: ({ hypervisor }) => <EntityName name={hypervisor} to={paths.hypervisor(hypervisor)} />,
    },
    { label: t('catalog.pools.kind'), cell: ({ kind }) => t(`catalog.pools.kinds.${poolKindName(kind)}`) },
    { label: t('catalog.pools.columns.use'), cell: (pool) => <PoolUse pool={pool} /> },
  ];
}
