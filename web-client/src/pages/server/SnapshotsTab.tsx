/** Snapshots of a server: taking, restoring and deleting them. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type Server, Snapshots } from '@hostler/client';
import { Skeleton, Stack, Text } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';

import { SnapshotForm } from './SnapshotForm';
import { SnapshotRow } from './SnapshotRow';

export function SnapshotsTab({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const format = useFormat();
  // A tariff allows at most 100: one page has them all.
  const { data, error, refetch } = useQuery(Snapshots.method.listSnapshots, {
    serverId: server.id,
    pageSize: LARGEST_PAGE,
  });
  const limit = useQuery(Catalog.method.getTariff, { tariffId: server.tariffId }).data?.tariff?.snapshotLimit;
  if (!data)
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={160} />;
  const { snapshots } = data;
  const count = snapshots.length;
  return (
    <Stack gap="lg">
      <Panel title={t('snapshots.create')}>
        <Text size="sm" c="dimmed">
          {t('snapshots.text')}
        </Text>
        <SnapshotForm server={server} count={count} limit={limit} />
      </Panel>
      <Panel
        title={t('snapshots.title')}
        actions={
          limit !== undefined && (
            <Text size="sm" c="dimmed" role="status">
              {t('snapshots.count', { count, formatted: format.number(count), limit: format.number(limit) })}
            </Text>
          )
        }
      >
        {count === 0 ? (
          <EmptyState icon={IconCamera} title={t('snapshots.empty.title')} text={t('snapshots.empty.text')} />
        ) : (
          <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
            {snapshots.map((snapshot) => (
              <SnapshotRow key={snapshot.id} snapshot={snapshot} server={server} />
            ))}
          </Stack>
        )}
      </Panel>
    </Stack>
  );
}
