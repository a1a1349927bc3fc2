/** What is on offer for a new server. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, CatalogState, type IpPool, type OperatingSystem, type Tariff } from '@hostler/client';

import { isStaff, useMe } from '@/api/me';
import { LARGEST_PAGE } from '@/api/pages';

export interface Offer {
  readonly tariffs: readonly Tariff[];
  readonly systems: readonly OperatingSystem[];
  /** For the staff; customers get an address from wherever there is one. */
  readonly pools: readonly IpPool[];
}

export function useOffer(): { offer: Offer | undefined; error: unknown; retry: () => void } {
  const me = useMe();
  const staff = me !== undefined && isStaff(me);
  // Operators see retired entries unless they ask for active ones.
  const active = { pageSize: LARGEST_PAGE, state: CatalogState.ACTIVE };
  const tariffs = useQuery(Catalog.method.listTariffs, active);
  const systems = useQuery(Catalog.method.listOperatingSystems, active);
  const pools = useQuery(Catalog.method.listIpPools, { pageSize: LARGEST_PAGE }, { enabled: staff });
  const error = tariffs.error ?? systems.error ?? pools.error ?? undefined;
  const ready = me && tariffs.data && systems.data && (!staff || pools.data);
  return {
    offer: ready
      ? {
          tariffs: tariffs.data.tariffs,
          systems: systems.data.operatingSystems,
          pools: pools.data?.ipPools ?? [],
        }
      : undefined,
    error,
    retry: () => {
      for (const query of [tariffs, systems, pools]) if (query.isError) void query.refetch();
    },
  };
}
