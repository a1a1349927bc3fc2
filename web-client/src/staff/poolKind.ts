/** What the kinds of address pools are called. */
import { IpPoolKind } from '@hostler/client';

import type { English } from '@/i18n/areas';

type KindName = keyof English['catalog']['pools']['kinds'];

const KINDS: Readonly<Record<IpPoolKind, KindName>> = {
  [IpPoolKind.UNSPECIFIED]: 'unspecified',
  [IpPoolKind.STATIC]: 'static',
  [IpPoolKind.DHCP]: 'dhcp',
};

export const POOL_KINDS = [IpPoolKind.STATIC, IpPoolKind.DHCP] as const;

/** A newer server may send kinds that this page does not know. */
export function poolKindName(kind: IpPoolKind): KindName {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind] : 'unspecified';
}
