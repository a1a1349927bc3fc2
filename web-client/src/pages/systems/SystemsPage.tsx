/** The operating systems; operators see the retired ones, too. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Catalog, type OperatingSystem } from '@hostler/client';
import { Button, Group } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
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
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

export default function SystemsPage() {
  const { t } = useTranslation();
  const operates = useOperates();
  const search = useSearchState();
  const state = useCatalogStateFilter();
  const list = useInfiniteQuery(
    Catalog.method.listOperatingSystems,
    { pageToken: '', ...(state !== undefined && { state }) },
    BY_PAGE_TOKEN,
  );
  const create = operates && (
    <Button component={Link} to={paths.newSystem()}>
      {t('catalog.systems.create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('catalog.systems.title')} actions={create} />
      <Group my="md">{operates && <CatalogStateFilter />}</Group>
      <RecordList
        query={list}
        label={t('catalog.systems.title')}
        columns={useColumns(operates)}
        rows={list.data?.pages.flatMap((page) => page.operatingSystems) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconBox}
            title={t('catalog.systems.empty.title')}
            text={t('catalog.systems.empty.text')}
          />
        }
        onClearFilters={search.some ? search.clear : undefined}
      />
    </>
  );
}

function useColumns(operates: boolean): Column<OperatingSystem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      label: t('catalog.name'),
      cell: ({ id, name, version }) => (
        <EntityName name={`${name} ${version}`} to={operates ? paths.system(id) : undefined} />
      ),
    },
    // The server tells the template to operators only.
    ...(operates
      ? [{ label: t('catalog.systems.columns.template'), cell: ({ template }: OperatingSystem) => template }]
      : []),
    {
      label: t('catalog.systems.columns.least'),
      cell: ({ minMemoryBytes, minDiskBytes }) =>
        minMemoryBytes === 0n && minDiskBytes === 0n
          ? t('catalog.systems.any')
          : t('catalog.systems.leastSize', {
              memory: format.size(minMemoryBytes),
              disk: format.size(minDiskBytes),
            }),
    },
    {
      label: t('catalog.systems.columns.containers'),
      cell: ({ nesting }) => t(nesting ? 'catalog.systems.yes' : 'catalog.systems.no'),
    },
    { label: t('catalog.state'), cell: ({ state }) => <CatalogStateBadge state={state} /> },
  ];
}
