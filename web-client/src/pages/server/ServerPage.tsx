/** One server: its tabs, and above them the work that goes on. */
import { problemOf, type Server, ServerState } from '@hostler/client';
import { Button, Group, Skeleton, Stack } from '@mantine/core';
import { IconServerOff, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { useRereadWith } from '@/api/accepted';
import { AddressTabs } from '@/components/AddressTabs';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { ServerStateBadge } from '@/components/ServerStateBadge';
import { SimulatedBadge } from '@/components/SimulatedBadge';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { ManageTab } from './ManageTab';
import { OverviewTab } from './OverviewTab';
import { ResizeTab } from './ResizeTab';
import { ServerAlerts } from './ServerAlerts';
import { SecurityTab } from './SecurityTab';
import { SnapshotsTab } from './SnapshotsTab';
import { useServerPage } from './useServerPage';
import { Work } from './Work';

const StatisticsTab = lazy(() => import('./statistics/StatisticsTab'));

export default function ServerPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { server, error, retry } = useServerPage(id);
  useRereadWith(server);
  if (server)
    return server.state === ServerState.DELETED ? (
      <Deleted server={server} />
    ) : (
      <Shown key={server.id} server={server} />
    );
  if (error === undefined) return <PageSkeleton />;
  const { reason, violations } = problemOf(error);
  // An address that holds no id leads nowhere either.
  if (reason !== 'SERVER_NOT_FOUND' && violations.length === 0)
    return <ErrorState error={error} onRetry={retry} />;
  return (
    <>
      <title>{`${t('server.notFound.title')} · Hostler`}</title>
      <EmptyState
        icon={IconServerOff}
        title={t('server.notFound.title')}
        text={t('server.notFound.text')}
        action={<ToList />}
        wholePage
      />
    </>
  );
}

function Shown({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageHeader
        title={server.name}
        description={
          <Group gap="xs" role="status">
            <ServerStateBadge state={server.state} />
            {server.simulated && <SimulatedBadge />}
          </Group>
        }
      />
      <Work server={server} />
      <ServerAlerts serverId={server.id} />
      <AddressTabs
        label={t('server.tabs.label')}
        tabs={[
          { value: 'overview', label: t('server.tabs.overview'), content: <OverviewTab server={server} /> },
          {
            value: 'statistics',
            label: t('server.tabs.statistics'),
            content: (
              <Suspense fallback={<Skeleton h={240} />}>
                <StatisticsTab server={server} />
              </Suspense>
            ),
          },
          { value: 'manage', label: t('server.tabs.manage'), content: <ManageTab server={server} /> },
          {
            value: 'snapshots',
            label: t('server.tabs.snapshots'),
            content: <SnapshotsTab server={server} />,
          },
          { value: 'resize', label: t('server.tabs.resize'), content: <ResizeTab server={server} /> },
          { value: 'security', label: t('server.tabs.security'), content: <SecurityTab server={server} /> },
        ]}
      />
    </Stack>
  );
}

function Deleted({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const title = t('server.deleted.title', { name: server.name });
  return (
    <>
      <title>{`${title} · Hostler`}</title>
      <EmptyState
        icon={IconTrash}
        title={title}
        text={t('server.deleted.text')}
        action={<ToList />}
        wholePage
      />
    </>
  );
}

function ToList() {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={paths.servers()} variant="light">
      {t('server.toList')}
    </Button>
  );
}
