/** The list of what is needed before the first customer can order. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, CatalogState, HypervisorState } from '@hostler/client';
import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { LARGEST_PAGE } from '@/api/pages';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { StateBadge } from '@/components/StateBadge';
import { paths } from '@/paths';

const STEPS = ['hypervisor', 'pool', 'system', 'tariff'] as const;
type Step = (typeof STEPS)[number];

const LEADS_TO: Readonly<Record<Step, string>> = {
  hypervisor: paths.hypervisors(),
  pool: paths.pools(),
  system: paths.systems(),
  tariff: paths.tariffs(),
};

export function FirstOrder() {
  const { t } = useTranslation();
  // One of each is all that has to be known.
  const onOffer = { state: CatalogState.ACTIVE, pageSize: 1 };
  const hypervisors = useQuery(Catalog.method.listHypervisors, { pageSize: LARGEST_PAGE });
  const pools = useQuery(Catalog.method.listIpPools, { pageSize: 1 });
  const systems = useQuery(Catalog.method.listOperatingSystems, onOffer);
  const tariffs = useQuery(Catalog.method.listTariffs, onOffer);
  const failed = [hypervisors, pools, systems, tariffs].find(({ isError }) => isError);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!hypervisors.data || !pools.data || !systems.data || !tariffs.data) return null;
  const done: Readonly<Record<Step, boolean>> = {
    hypervisor: hypervisors.data.hypervisors.some(({ state }) => state === HypervisorState.AVAILABLE),
    pool: pools.data.ipPools.length > 0,
    system: systems.data.operatingSystems.length > 0,
    tariff: tariffs.data.tariffs.length > 0,
  };
  return (
    <Panel title={t('operator.overview.missing')}>
      {STEPS.every((step) => done[step]) && (
        <Alert color="petrol" variant="light">
          {t('operator.overview.ready')}
        </Alert>
      )}
      <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {STEPS.map((step) => (
          <li key={step}>
            <Group gap="md" justify="space-between">
              <div>
                <Anchor component={Link} to={LEADS_TO[step]} fw={600}>
                  {t(`operator.overview.steps.${step}`)}
                </Anchor>
                <Text size="sm" c="dimmed">
                  {t(`operator.overview.steps.${step}Text`)}
                </Text>
              </div>
              <StateBadge
                color={done[step] ? 'green' : 'amber'}
                label={t(done[step] ? 'operator.overview.done' : 'operator.overview.open')}
              />
            </Group>
          </li>
        ))}
      </Stack>
    </Panel>
  );
}
