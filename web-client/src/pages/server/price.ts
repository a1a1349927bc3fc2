/**
 * The price of a server, to show it before the server has said it: no call of the API asks for one without changing anything. A new
 * server costs what its tariff says, so only a change of sizes needs it. It follows `Tariff::price_for` of the server (docs/adr/0008),
 * whose answer counts.
 */
import type { Tariff } from '@hostler/client';

import type { Sizes } from './sizes';

/** In minor units a month: the tariff's price, raised in proportion to the size that exceeds it most, and rounded up. */
export function priceFor(tariff: Tariff, sizes: Sizes): bigint {
  const ratios: readonly (readonly [wanted: bigint, included: bigint])[] = [
    [BigInt(sizes.cpuMillicores), BigInt(tariff.cpuMillicores)],
    [sizes.memoryBytes, tariff.memoryBytes],
    [sizes.diskBytes, tariff.diskBytes],
  ];
  const price = tariff.priceMinor;
  return ratios.reduce((dearest, [wanted, included]) => {
    const divisor = included > 0n ? included : 1n;
    const part = (price * wanted + divisor - 1n) / divisor;
    return part > dearest ? part : dearest;
  }, price);
}
