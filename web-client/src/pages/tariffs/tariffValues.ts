/** A tariff as the form holds it. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Tariff, TariffSchema } from '@hostler/client';

import { minorDigits } from '@/format/format';
import {
  bytesOfGib,
  bytesOfMbit,
  gibOfBytes,
  int32,
  mbitOfBytes,
  millicores,
  minorOf,
  priceOf,
  type Typed,
} from '@/forms/units';

export interface TariffValues {
  readonly name: string;
  readonly description: string;
  readonly cores: Typed;
  readonly memory: Typed;
  readonly disk: Typed;
  readonly price: Typed;
  readonly currency: string;
  readonly network: Typed;
  readonly snapshotLimit: Typed;
}

/** Fields of the form by the protocol's names. */
export const FIELD_NAMES = {
  cpu_millicores: 'cores',
  memory_bytes: 'memory',
  disk_bytes: 'disk',
  price_minor: 'price',
  network_bytes_per_second: 'network',
} as const;

/** All that the form changes. */
export const MASK = [
  'name',
  'description',
  'cpu_millicores',
  'memory_bytes',
  'disk_bytes',
  'price_minor',
  'currency',
  'network_bytes_per_second',
  'snapshot_limit',
];

export const NEW_TARIFF: TariffValues = {
  name: '',
  description: '',
  cores: 1,
  memory: 1,
  disk: 10,
  price: 5,
  currency: 'EUR',
  network: 0,
  snapshotLimit: 3,
};

export function valuesOf(tariff: Tariff): TariffValues {
  return {
    name: tariff.name,
    description: tariff.description,
    cores: tariff.cpuMillicores / 1000,
    memory: gibOfBytes(tariff.memoryBytes),
    disk: gibOfBytes(tariff.diskBytes),
    price: priceOf(tariff.priceMinor, minorDigits(tariff.currency)),
    currency: tariff.currency,
    network: mbitOfBytes(tariff.networkBytesPerSecond),
    snapshotLimit: tariff.snapshotLimit,
  };
}

export function tariffOf(values: TariffValues): MessageInitShape<typeof TariffSchema> {
  const currency = values.currency.trim().toUpperCase();
  return {
    name: values.name,
    description: values.description,
    cpuMillicores: millicores(values.cores),
    memoryBytes: bytesOfGib(values.memory),
    diskBytes: bytesOfGib(values.disk),
    priceMinor: minorOf(values.price, minorDigits(currency)),
    currency,
    networkBytesPerSecond: bytesOfMbit(values.network),
    snapshotLimit: int32(values.snapshotLimit),
  };
}
