/** One machine with an agent: what it is and does, and what happened to it. */
import { Button, Stack } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { useOperates } from '@/api/me';
import { useNodes } from '@/api/nodes';
import { AddressTabs } from '@/components/AddressTabs';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';
import { NodeStateBadge } from '@/staff/NodeStateBadge';

import { NodeActions } from './NodeActions';
import { NodeAlerts } from './NodeAlerts';
import { NodeCommandList } from './NodeCommandList';
import { NodeContainers } from './NodeContainers';
import { NodeEvents } from './NodeEvents';
import { NodeOverview } from './NodeOverview';
import { NodeStatistics } from './NodeStatistics';

export default function NodePage() {
  const { t } = useTranslation();
  const { nodeId = '' } = useParams();
  const operates = useOperates();
  const { nodes, complete, error, retry } = useNodes();
  const node = nodes.get(nodeId);
  if (!node) {
    if (error !== undefined) return <ErrorState error={error} onRetry={retry} />;
    if (!complete) return <PageSkeleton />;
    return (
      <EmptyState
        wholePage
        icon={IconServerOff}
        title={t('nodes.gone.title')}
        text={t('nodes.gone.text')}
        action={
          <Button component={Link} to={paths.nodes()} variant="light">
            {t('nodes.back')}
          </Button>
        }
      />
    );
  }
  return (
    <Stack>
      <PageHeader
        title={node.displayName}
        description={<NodeStateBadge state={node.state} />}
        actions={operates ? <NodeActions node={node} /> : undefined}
      />
      <NodeAlerts nodeId={node.id} />
      <AddressTabs
        label={t('nodes.tabs')}
        tabs={[
          { value: 'overview', label: t('nodes.overview'), content: <NodeOverview node={node} /> },
          { value: 'statistics', label: t('nodes.statistics'), content: <NodeStatistics node={node} /> },
          { value: 'containers', label: t('nodes.containers.tab'), content: <NodeContainers node={node} /> },
          { value: 'commands', label: t('nodes.commands.tab'), content: <NodeCommandList node={node} /> },
          { value: 'events', label: t('nodes.events'), content: <NodeEvents node={node} /> },
        ]}
      />
    </Stack>
  );
}
