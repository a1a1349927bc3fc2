/** What happened to a node, newest first. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type Node, type NodeEvent, Nodes } from '@hostler/client';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { Time } from '@/components/Time';
import { nodeEventKind } from '@/staff/nodeState';

/** They happen while somebody looks, and nothing streams them. */
const AGAIN = 15_000;

export function NodeEvents({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(
    Nodes.method.listNodeEvents,
    { nodeId: node.id, pageToken: '' },
    { ...BY_PAGE_TOKEN, refetchInterval: AGAIN },
  );
  const columns: Column<NodeEvent>[] = [
    { label: t('nodes.eventColumns.kind'), cell: ({ kind }) => t(`nodes.eventKinds.${nodeEventKind(kind)}`) },
    { label: t('nodes.eventColumns.detail'), cell: ({ detail }) => detail || '–' },
    { label: t('nodes.eventColumns.time'), cell: ({ time }) => <Time value={time} /> },
  ];
  return (
    <RecordList
      query={list}
      label={t('nodes.events')}
      columns={columns}
      rows={list.data?.pages.flatMap((page) => page.events) ?? []}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={IconHistory} title={t('nodes.noEvents.title')} text={t('nodes.noEvents.text')} />
      }
    />
  );
}
