/** The tariffs; operators see the retired ones, too. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Catalog, type Tariff } from '@hostler/client';
import { Button, Group } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useOperates } from '@/api/me';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { CatalogStateBadge } from '@/staff/CatalogStateBadge';
import { CatalogStateFilter, useCatalogStateFilter } from '@/staff/CatalogStateFilter';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { useFormat } from '@/format/useFormat';
import { mbitOfBytes } from '@/forms/units';
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

export default function TariffsPage() {
  const { t } = useTranslation();
  const operates = useOperates();
  const search = useSearchState();
  const state = useCatalogStateFilter();
  const list = useInfiniteQuery(
    Catalog.method.listTariffs,
    { pageToken: '', ...(state !== undefined && { state }) },
    BY_PAGE_TOKEN,
  );
  const create = operates && (
    <Button component={Link} to={paths.newTariff()}>
      {t('catalog.tariffs.create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('catalog.tariffs.title')} actions={create} />
      <Group my="md">{operates && <CatalogStateFilter />}</Group>
      <RecordList
        query={list}
        label={t('catalog.tariffs.title')}
        columns={useColumns(operates)}
        rows={list.data?.pages.flatMap((page) => page.tariffs) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconBuildingStore}
            title={t('catalog.tariffs.empty.title')}
            text={t('catalog.tariffs.empty.text')}
          />
        }
        onClearFilters={search.some ? search.clear : undefined}
      />
    </>
  );
}

function useColumns(operates: boolean): Column<Tariff>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      label: t('catalog.name'),
      cell: ({ id, name }) => <EntityName name={name} to={operates ? paths.tariff(id) : undefined} />,
    },
    {
      label: t('catalog.tariffs.columns.size'),
      whole: true,
      cell: ({ cpuMillicores, memoryBytes, diskBytes }) =>
        t('servers.size', {
          cpu: format.cores(cpuMillicores),
          memory: format.size(memoryBytes),
          disk: format.size(diskBytes),
        }),
    },
    {
      label: t('catalog.tariffs.columns.network'),
      whole: true,
      cell: ({ networkBytesPerSecond: rate }) =>
        rate === 0n
          ? t('catalog.tariffs.unlimited')
          : t('catalog.tariffs.rate', { rate: format.number(mbitOfBytes(rate)) }),
    },
    {
      label: t('catalog.tariffs.columns.snapshots'),
      cell: ({ snapshotLimit }) => format.number(snapshotLimit),
    },
    {
      label: t('catalog.tariffs.columns.price'),
      whole: true,
      cell: ({ priceMinor, currency }) => format.monthly(priceMinor, currency),
    },
    { label: t('catalog.state'), cell: ({ state }) => <CatalogStateBadge state={state} /> },
  ];
}
