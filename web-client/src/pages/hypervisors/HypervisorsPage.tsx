/** The hypervisors of the configuration, and whether they answer. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Catalog, type Hypervisor } from '@hostler/client';
import { Group, Space } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { HypervisorStateBadge } from '@/staff/HypervisorStateBadge';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { SimulatedBadge } from '@/components/SimulatedBadge';
import { paths } from '@/paths';

import { kindText } from './kind';

/** There is no stream of them: they are asked for again while somebody looks. */
const AGAIN = 30_000;

export default function HypervisorsPage() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(
    Catalog.method.listHypervisors,
    { pageToken: '' },
    { ...BY_PAGE_TOKEN, refetchInterval: AGAIN },
  );
  return (
    <>
      <PageHeader title={t('hypervisors.title')} />
      <Space h="md" />
      <RecordList
        query={list}
        label={t('hypervisors.title')}
        columns={useColumns()}
        rows={list.data?.pages.flatMap((page) => page.hypervisors) ?? []}
        rowKey={({ name }) => name}
        empty={
          <EmptyState
            icon={IconCpu}
            title={t('hypervisors.empty.title')}
            text={t('hypervisors.empty.text')}
          />
        }
      />
    </>
  );
}

function useColumns(): Column<Hypervisor>[] {
  const { t } = useTranslation();
  return [
    {
      label: t('hypervisors.columns.name'),
      cell: ({ name, simulated }) => (
        <Group gap={8}>
          <EntityName name={name} to={paths.hypervisor(name)} />
          {simulated && <SimulatedBadge />}
        </Group>
      ),
    },
    { label: t('hypervisors.columns.kind'), cell: ({ kind }) => kindText(kind, t) },
    { label: t('hypervisors.columns.version'), cell: ({ version }) => version || '–' },
    { label: t('hypervisors.columns.nodes'), cell: ({ nodes }) => nodes.join(', ') || '–' },
    { label: t('hypervisors.columns.state'), cell: ({ state }) => <HypervisorStateBadge state={state} /> },
  ];
}
