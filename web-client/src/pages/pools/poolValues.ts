/** An address pool as the form holds it. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type IpPool, IpPoolKind, type IpPoolSchema } from '@hostler/client';

import { POOL_KINDS, poolKindName } from '@/staff/poolKind';
import { int32, type Typed } from '@/forms/units';

export interface PoolValues {
  readonly name: string;
  readonly hypervisor: string;
  readonly bridge: string;
  readonly vlanTag: Typed;
  readonly kind: string;
  readonly network: string;
  readonly gateway: string;
  readonly firstAddress: string;
  readonly lastAddress: string;
  /** With commas or spaces between. */
  readonly nameservers: string;
}

export function newPool(hypervisor: string): PoolValues {
  return {
    name: '',
    hypervisor,
    bridge: 'vmbr0',
    vlanTag: 0,
    kind: poolKindName(IpPoolKind.STATIC),
    network: '',
    gateway: '',
    firstAddress: '',
    lastAddress: '',
    nameservers: '',
  };
}

/** All that the form changes of a pool that is there. */
export function maskOf(kind: IpPoolKind): string[] {
  return kind === IpPoolKind.DHCP
    ? ['name', 'nameservers']
    : ['name', 'gateway', 'first_address', 'last_address', 'nameservers'];
}

export function valuesOf(pool: IpPool): PoolValues {
  const { name, hypervisor, bridge, vlanTag, network, gateway, firstAddress, lastAddress } = pool;
  return {
    name,
    hypervisor,
    bridge,
    vlanTag,
    kind: poolKindName(pool.kind),
    network,
    gateway,
    firstAddress,
    lastAddress,
    nameservers: pool.nameservers.join(', '),
  };
}

export function isDhcp(kind: string): boolean {
  return kind === poolKindName(IpPoolKind.DHCP);
}

export function poolOf(values: PoolValues): MessageInitShape<typeof IpPoolSchema> {
  const range = isDhcp(values.kind)
    ? {}
    : {
        gateway: values.gateway.trim(),
        firstAddress: values.firstAddress.trim(),
        lastAddress: values.lastAddress.trim(),
      };
  return {
    name: values.name,
    hypervisor: values.hypervisor,
    bridge: values.bridge.trim(),
    vlanTag: int32(values.vlanTag),
    kind: POOL_KINDS.find((kind) => poolKindName(kind) === values.kind) ?? IpPoolKind.UNSPECIFIED,
    network: values.network.trim(),
    nameservers: values.nameservers.split(/[\s,;]+/).filter(Boolean),
    ...range,
  };
}
