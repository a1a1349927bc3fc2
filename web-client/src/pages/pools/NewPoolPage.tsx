/** A new pool of addresses. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog } from '@hostler/client';
import { Space } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { LARGEST_PAGE } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { useToasts } from '@/components/toast';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { PoolForm } from './PoolForm';
import { newPool, poolOf } from './poolValues';

export default function NewPoolPage() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Catalog);
  const invalidate = useInvalidate();
  const navigate = useNavigate();
  // The first hypervisor is chosen from the beginning.
  const known = useQuery(Catalog.method.listHypervisors, { pageSize: LARGEST_PAGE });
  if (known.isPending) return <PageSkeleton />;
  if (known.error) return <ErrorState error={known.error} onRetry={() => void known.refetch()} />;
  return (
    <>
      <PageHeader title={t('catalog.pools.create')} />
      <Space h="md" />
      <PoolForm
        creates
        initial={newPool(known.data.hypervisors[0]?.name ?? '')}
        label={t('catalog.pools.create')}
        send={async (values) => {
          await client.createIpPool({ ipPool: poolOf(values), requestId: newRequestId() });
          invalidate(Catalog.method.listIpPools);
          toasts.success(t('operator.created', { name: values.name }));
          await navigate(paths.pools());
        }}
      />
    </>
  );
}
