/** One pool: to change its range, or to delete it. For operators. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Catalog, type IpPool } from '@hostler/client';
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { DeleteButton } from '@/staff/DeleteButton';
import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { poolKindName } from '@/staff/poolKind';
import { useToasts } from '@/components/toast';
import { useEdited } from '@/forms/useEdited';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { PoolForm } from './PoolForm';
import { PoolUse } from './PoolUse';
import { maskOf, poolOf, valuesOf } from './poolValues';

export default function PoolPage() {
  const { poolId = '' } = useParams();
  const query = useQuery(Catalog.method.getIpPool, { ipPoolId: poolId });
  if (query.isPending) return <PageSkeleton />;
  const pool = query.data?.ipPool;
  if (!pool) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Editor
      key={pool.id}
      first={pool}
      refetch={async () => (await query.refetch({ throwOnError: true })).data?.ipPool}
    />
  );
}

interface Props {
  readonly first: IpPool;
  readonly refetch: () => Promise<IpPool | undefined>;
}

function Editor({ first, refetch }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const { base, setBase, reload } = useEdited(first, refetch);
  const update = useMutation(Catalog.method.updateIpPool, {
    onSuccess: ({ ipPool }) => {
      invalidate(Catalog.method.listIpPools, Catalog.method.getIpPool);
      setBase(ipPool);
    },
  });
  const remove = useMutation(Catalog.method.deleteIpPool, {
    onSuccess: () => {
      invalidate(Catalog.method.listIpPools);
      void navigate(paths.pools());
    },
  });
  const { id, name, kind, etag } = base;
  return (
    <>
      <PageHeader
        title={name}
        description={<PoolUse pool={base} />}
        actions={
          <DeleteButton
            name={name}
            busy={remove.isPending}
            onDelete={() => remove.mutateAsync({ ipPoolId: id, requestId: newRequestId() })}
          />
        }
      />
      <Stack mt="md">
        <Panel title={t('catalog.pools.network')}>
          <Facts
            facts={[
              { label: t('catalog.pools.network'), value: base.network },
              { label: t('catalog.pools.kind'), value: t(`catalog.pools.kinds.${poolKindName(kind)}`) },
              { label: t('catalog.pools.hypervisor'), value: base.hypervisor },
              { label: t('catalog.pools.bridge'), value: base.bridge },
              { label: t('catalog.pools.vlan'), value: base.vlanTag === 0 ? t('common.none') : base.vlanTag },
            ]}
          />
          <Text c="dimmed" size="sm">
            {t('catalog.pools.fixed')}
          </Text>
        </Panel>
        <PoolForm
          key={etag}
          creates={false}
          initial={valuesOf(base)}
          label={t('common.save')}
          onReload={reload}
          send={async (values) => {
            await update.mutateAsync({
              ipPool: { id, ...poolOf(values) },
              updateMask: { paths: maskOf(kind) },
              etag,
              requestId: newRequestId(),
            });
            toasts.success(t('operator.saved', { name: values.name }));
          }}
        />
      </Stack>
    </>
  );
}
