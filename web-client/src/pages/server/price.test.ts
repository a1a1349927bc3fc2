import { describe, expect, it } from 'vitest';

import { aTariff } from '../../../test/messages';
import { priceFor } from './price';

const GIB = 1024n ** 3n;

function sizes(cpuMillicores: number, memory: bigint, disk: bigint) {
  return { cpuMillicores, memoryBytes: memory * GIB, diskBytes: disk * GIB };
}

describe('the price of a server', () => {
  // The examples of server/src/domain/tariff.rs: whoever changes one of the two changes the other.
  it.each([
    [sizes(1000, 1n, 20n), 490n],
    [sizes(500, 1n, 10n), 490n],
    [sizes(1500, 1n, 20n), 735n],
    [sizes(1000, 2n, 30n), 980n],
    [sizes(1000, 1n, 21n), 515n],
  ])('grows with the size that exceeds the tariff most: %o', (wanted, price) => {
    expect(priceFor(aTariff({ ...sizes(1000, 1n, 20n), priceMinor: 490n }), wanted)).toBe(price);
  });
});
