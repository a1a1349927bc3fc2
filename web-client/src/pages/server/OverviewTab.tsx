/** What a server is, and what was done with it lately. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type IpAddress, type Server } from '@hostler/client';
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { CopyButton } from '@/components/CopyButton';
import { Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { ServerStateBadge } from '@/components/ServerStateBadge';
import { SimulatedBadge } from '@/components/SimulatedBadge';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';

import { LatestOperations } from './LatestOperations';
import { UseNow } from './UseNow';

/** Tariffs and systems hardly change. */
const CATALOG = { staleTime: 5 * 60_000 };

export function OverviewTab({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { tariffId, operatingSystemId } = server;
  const tariff = useQuery(Catalog.method.getTariff, { tariffId }, CATALOG).data?.tariff;
  const system = useQuery(Catalog.method.getOperatingSystem, { operatingSystemId }, CATALOG).data
    ?.operatingSystem;
  const size = t('servers.size', {
    cpu: format.cores(server.cpuMillicores),
    memory: format.size(server.memoryBytes),
    disk: format.size(server.diskBytes),
  });
  const { placement } = server;
  return (
    <Stack gap="lg">
      <Panel title={t('server.overview.details')}>
        <Facts
          facts={[
            { label: t('server.overview.state'), value: <ServerStateBadge state={server.state} /> },
            ...(server.stateReason === ''
              ? []
              : [{ label: t('server.overview.reason'), value: server.stateReason }]),
            { label: t('server.overview.tariff'), value: tariff?.name ?? '–' },
            { label: t('server.overview.system'), value: system ? `${system.name} ${system.version}` : '–' },
            { label: t('server.overview.size'), value: size },
            { label: t('server.overview.price'), value: format.monthly(server.priceMinor, server.currency) },
            { label: t('server.overview.addresses'), value: <Addresses addresses={server.addresses} /> },
            ...(placement || server.simulated
              ? [
                  {
                    label: t('server.overview.node'),
                    value: (
                      <Group gap={4}>
                        {placement &&
                          t('server.overview.placement', {
                            node: placement.node,
                            hypervisor: placement.hypervisor,
                            vmid: placement.vmid,
                          })}
                        {server.simulated && <SimulatedBadge />}
                      </Group>
                    ),
                  },
                ]
              : []),
            { label: t('server.overview.created'), value: <Time value={server.createTime} exact /> },
            { label: t('server.overview.changed'), value: <Time value={server.updateTime} /> },
            { label: t('server.overview.id'), value: <Copied value={server.id} /> },
          ]}
        />
      </Panel>
      <UseNow server={server} />
      <Panel title={t('server.overview.operations')}>
        <LatestOperations serverId={server.id} />
      </Panel>
    </Stack>
  );
}

function Addresses({ addresses }: { readonly addresses: readonly IpAddress[] }) {
  const { t } = useTranslation();
  if (addresses.length === 0) return t('servers.noAddress');
  return addresses.map(({ address, prefixLength, gateway }) => (
    <div key={address}>
      <Copied value={address} />
      <Text size="xs" c="dimmed">
        {[`/${prefixLength}`, gateway && t('server.overview.gateway', { gateway })]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </div>
  ));
}

function Copied({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} wrap="nowrap">
      <Text span ff="monospace" size="sm">
        {value}
      </Text>
      <CopyButton value={value} label={t('server.overview.copy', { value })} />
    </Group>
  );
}
