/** What a node was told to do, newest first, and how that went. */
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query';
import { type Node, type NodeCommand, NodeCommands } from '@hostler/client';
import { Button, Text } from '@mantine/core';
import { IconTerminal2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { useOperates } from '@/api/me';
import { isEnd } from '@/api/nodeCommands';
import { useNodeContainers } from '@/api/nodeContainers';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { EmptyState } from '@/components/EmptyState';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useToasts } from '@/components/toast';
import { UserName } from '@/components/UserName';
import { commandState } from '@/staff/commandState';

import { commandKind } from './commandKind';

/** They change while somebody looks, and no stream tells of all of them. */
const AGAIN = 5_000;
/** As much of an id as engines show. */
const SHORT_ID = 12;

export function NodeCommandList({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const operates = useOperates();
  const { known } = useNodeContainers(node.id);
  const list = useInfiniteQuery(
    NodeCommands.method.listNodeCommands,
    { nodeId: node.id, pageToken: '' },
    { ...BY_PAGE_TOKEN, refetchInterval: AGAIN },
  );
  const columns: Column<NodeCommand>[] = [
    {
      label: t('nodes.commands.columns.what'),
      cell: ({ action }) => {
        const { name, containerId, target: other } = commandKind(action);
        const target = known?.containers.get(containerId)?.name ?? (other || containerId.slice(0, SHORT_ID));
        return (
          <>
            {t(`nodes.commands.kinds.${name}`)}{' '}
            <Text span inherit fw={400}>
              {target}
            </Text>
          </>
        );
      },
    },
    {
      label: t('nodes.state'),
      cell: ({ state, problem }) => {
        const [name, color] = commandState(state);
        return (
          <>
            <StateBadge
              color={color}
              label={t(`nodes.commandStates.${name}`)}
              pulsing={name === 'running' || name === 'queued'}
            />
            {problem !== '' && (
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {problem}
              </Text>
            )}
          </>
        );
      },
    },
    { label: t('nodes.commands.columns.who'), cell: ({ userId }) => <UserName userId={userId} /> },
    { label: t('nodes.commands.columns.time'), cell: ({ createTime }) => <Time value={createTime} /> },
    ...(operates
      ? [
          {
            label: t('nodes.commands.columns.actions'),
            cell: (command: NodeCommand) => <CancelButton command={command} />,
          },
        ]
      : []),
  ];
  return (
    <RecordList
      query={list}
      label={t('nodes.commands.tab')}
      columns={columns}
      rows={list.data?.pages.flatMap((page) => page.commands) ?? []}
      rowKey={({ id }) => id}
      empty={
        <EmptyState
          icon={IconTerminal2}
          title={t('nodes.commands.none.title')}
          text={t('nodes.commands.none.text')}
        />
      }
    />
  );
}

/** Nothing, once it has ended. */
function CancelButton({ command }: { readonly command: NodeCommand }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const cancel = useMutation(NodeCommands.method.cancelNodeCommand, {
    onSuccess: () => invalidate(NodeCommands.method.listNodeCommands),
    onError: (error) => toasts.failure(error),
  });
  if (isEnd(command.state)) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={cancel.isPending}
      onClick={() => cancel.mutate({ nodeCommandId: command.id, requestId: newRequestId() })}
    >
      {t('nodes.commands.cancel')}
    </Button>
  );
}
