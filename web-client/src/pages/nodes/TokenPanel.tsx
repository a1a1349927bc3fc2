/** What machines may join by, and what they joined by lately. For operators. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type EnrolmentToken, EnrolmentTokenState, Nodes } from '@hostler/client';
import { Button, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useNodes } from '@/api/nodes';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { Panel } from '@/components/Panel';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useToasts } from '@/components/toast';
import { paths } from '@/paths';
import { tokenState } from '@/staff/nodeState';

/** Machines join while somebody looks, and nothing streams that. */
const AGAIN = 15_000;

export function TokenPanel() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Nodes);
  const { nodes } = useNodes();
  const list = useInfiniteQuery(
    Nodes.method.listEnrolmentTokens,
    { pageToken: '' },
    { ...BY_PAGE_TOKEN, refetchInterval: AGAIN },
  );
  const revoke = async (token: EnrolmentToken) => {
    try {
      await client.revokeEnrolmentToken({ enrolmentTokenId: token.id, requestId: newRequestId() });
      toasts.success(t('nodes.tokens.revoked'));
      await list.refetch();
    } catch (error) {
      toasts.failure(error);
    }
  };
  const columns: Column<EnrolmentToken>[] = [
    {
      label: t('nodes.tokens.columns.name'),
      cell: ({ displayName, nodeId }) =>
        displayName || nodes.get(nodeId)?.displayName || t('nodes.tokens.anyMachine'),
    },
    {
      label: t('nodes.tokens.columns.state'),
      cell: ({ state }) => {
        const [name, color] = tokenState(state);
        return <StateBadge color={color} label={t(`nodes.tokens.states.${name}`)} />;
      },
    },
    { label: t('nodes.tokens.columns.created'), cell: ({ createTime }) => <Time value={createTime} /> },
    { label: t('nodes.tokens.columns.expires'), cell: ({ expireTime }) => <Time value={expireTime} exact /> },
    {
      label: t('nodes.tokens.columns.node'),
      cell: (token) => {
        const node = nodes.get(token.enrolledNodeId);
        if (node) return <EntityName name={node.displayName} to={paths.node(node.id)} />;
        if (token.state !== EnrolmentTokenState.ACTIVE) return '–';
        return (
          <Button size="compact-sm" variant="light" color="red" onClick={() => void revoke(token)}>
            {t('nodes.tokens.revoke')}
          </Button>
        );
      },
    },
  ];
  return (
    <Panel title={t('nodes.tokens.title')}>
      <Text size="sm" c="dimmed">
        {t('nodes.tokens.text')}
      </Text>
      <RecordList
        query={list}
        label={t('nodes.tokens.title')}
        columns={columns}
        rows={list.data?.pages.flatMap((page) => page.enrolmentTokens) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconKey}
            title={t('nodes.tokens.empty.title')}
            text={t('nodes.tokens.empty.text')}
          />
        }
      />
    </Panel>
  );
}
