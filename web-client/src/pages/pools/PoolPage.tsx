/** One pool of addresses: to change what may be changed, or to delete it. For operators. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type IpPool } from '@hostler/client';
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { useClient } from '@/api/useClient';
import { Facts } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { paths } from '@/paths';
import { DeleteButton } from '@/components/DeleteButton';
import { Editor } from '@/forms/Editor';
import { poolKindName } from '@/staff/poolKind';

import { PoolForm } from './PoolForm';
import { PoolUse } from './PoolUse';
import { maskOf, poolOf, valuesOf } from './poolValues';

export default function PoolPage() {
  const { t } = useTranslation();
  const { poolId = '' } = useParams();
  const client = useClient(Catalog);
  const query = useQuery(Catalog.method.getIpPool, { ipPoolId: poolId });
  return (
    <Editor
      query={query}
      entry={query.data?.ipPool}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.ipPool}
      update={async (ipPool: ReturnType<typeof poolOf>, change) =>
        (await client.updateIpPool({ ipPool, ...change })).ipPool
      }
      remove={(id, requestId) => client.deleteIpPool({ ipPoolId: id, requestId })}
      list={Catalog.method.listIpPools}
      get={Catalog.method.getIpPool}
      back={paths.pools()}
    >
      {({ entry: pool, update, remove, removing, reload, saved }) => (
        <>
          <PageHeader
            title={pool.name}
            description={<PoolUse pool={pool} />}
            actions={
              <DeleteButton
                text={t('catalog.deleteText')}
                name={pool.name}
                busy={removing}
                onDelete={remove}
              />
            }
          />
          <Stack mt="md">
            <Fixed pool={pool} />
            <PoolForm
              key={pool.etag}
              creates={false}
              initial={valuesOf(pool)}
              label={t('common.save')}
              onReload={reload}
              send={async (values) => {
                await update(poolOf(values), maskOf(pool.kind));
                saved(values.name);
              }}
            />
          </Stack>
        </>
      )}
    </Editor>
  );
}

/** Where the pool is, which another pool would have to be made for. */
function Fixed({ pool }: { readonly pool: IpPool }) {
  const { t } = useTranslation();
  const { network, kind, hypervisor, bridge, vlanTag } = pool;
  return (
    <Panel title={t('catalog.pools.network')}>
      <Facts
        facts={[
          { label: t('catalog.pools.network'), value: network },
          { label: t('catalog.pools.kind'), value: t(`catalog.pools.kinds.${poolKindName(kind)}`) },
          { label: t('catalog.pools.hypervisor'), value: hypervisor },
          { label: t('catalog.pools.bridge'), value: bridge },
          { label: t('catalog.pools.vlan'), value: vlanTag === 0 ? t('common.none') : vlanTag },
        ]}
      />
      <Text c="dimmed" size="sm">
        {t('catalog.pools.fixed')}
      </Text>
    </Panel>
  );
}
