/** The operations of everybody, for the staff. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Operation, Operations } from '@hostler/client';
import { Anchor, Group } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { operationKindKey } from '@/components/operationKind';
import { OPERATION_STATES, operationStateName } from '@/components/operationState';
import { OperationStateBadge } from '@/components/OperationStateBadge';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { ServerName } from '@/components/ServerName';
import { ServerPicker } from '@/components/ServerPicker';
import { Time } from '@/components/Time';
import { UserName } from '@/components/UserName';
import { UserPicker } from '@/components/UserPicker';
import { useFormat } from '@/format/useFormat';
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

/** There is no stream of all operations: the list is asked for again while somebody looks. */
const AGAIN = 10_000;

export default function OperationsPage() {
  const { t } = useTranslation();
  const search = useSearchState();
  const state = OPERATION_STATES.find((known) => operationStateName(known) === search.get('state'));
  const list = useInfiniteQuery(
    Operations.method.listOperations,
    {
      pageToken: '',
      serverId: search.get('server'),
      ownerId: search.get('owner'),
      states: state === undefined ? [] : [state],
    },
    // More pages would be more calls each time; who has loaded them reads, and does not wait.
    {
      ...BY_PAGE_TOKEN,
      refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? AGAIN : false),
    },
  );
  return (
    <>
      <PageHeader title={t('operationPages.title')} />
      <Group my="md" gap="sm">
        <ChoiceFilter
          label={t('operationPages.state')}
          any={t('operationPages.anyState')}
          value={state && operationStateName(state)}
          choices={OPERATION_STATES.map((known) => {
            const value = operationStateName(known);
            return { value, label: t(`operations.states.${value}`) };
          })}
          onChange={(value) => search.set('state', value)}
        />
        <ServerPicker value={search.get('server')} onChange={(server) => search.set('server', server)} />
        <UserPicker value={search.get('owner')} onChange={(owner) => search.set('owner', owner)} />
      </Group>
      <RecordList
        query={list}
        label={t('operationPages.title')}
        columns={useColumns()}
        rows={list.data?.pages.flatMap((page) => page.operations) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconListCheck}
            title={t('operationPages.empty.title')}
            text={t('operationPages.empty.text')}
          />
        }
        onClearFilters={search.some ? search.clear : undefined}
      />
    </>
  );
}

function useColumns(): Column<Operation>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      label: t('operationPages.columns.kind'),
      cell: ({ id, kind }) => (
        <Anchor component={Link} to={paths.operation(id)} c="inherit" fw={600} title={kind}>
          {t(operationKindKey(kind))}
        </Anchor>
      ),
    },
    {
      label: t('operationPages.columns.server'),
      cell: ({ serverId }) => <ServerName serverId={serverId} />,
    },
    { label: t('operationPages.columns.owner'), cell: ({ ownerId }) => <UserName userId={ownerId} /> },
    {
      label: t('operationPages.columns.state'),
      cell: (operation) => <OperationStateBadge operation={operation} />,
    },
    { label: t('operationPages.columns.created'), cell: ({ createTime }) => <Time value={createTime} /> },
    {
      label: t('operationPages.columns.took'),
      whole: true,
      cell: ({ startTime, endTime }) => format.took(startTime, endTime),
    },
  ];
}
