/** Sizes as the form has them and as the API has them. */
import type { Server } from '@hostler/client';

const MIB = 1024n ** 2n;
const GIB = 1024n ** 3n;

export interface Sizes {
  readonly cpuMillicores: number;
  readonly memoryBytes: bigint;
  readonly diskBytes: bigint;
}

/** In cores and GiB. What cannot be read is a text. */
export interface SizeValues {
  readonly cores: number | string;
  readonly memory: number | string;
  readonly disk: number | string;
}

export function valuesOf(sizes: Sizes): { cores: number; memory: number; disk: number } {
  return {
    cores: sizes.cpuMillicores / 1000,
    memory: rounded(Number(sizes.memoryBytes) / Number(GIB)),
    disk: rounded(Number(sizes.diskBytes) / Number(GIB)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What is left as it was stays exactly so: the form shows rounded numbers. */
export function sizesOf(values: SizeValues, server: Sizes): Sizes {
  const before = valuesOf(server);
  const number = (value: number | string) => Number(value) || 0;
  return {
    cpuMillicores:
      values.cores === before.cores ? server.cpuMillicores : Math.round(number(values.cores) * 1000),
    memoryBytes:
      values.memory === before.memory
        ? server.memoryBytes
        : BigInt(Math.round(number(values.memory) * 1024)) * MIB,
    diskBytes: values.disk === before.disk ? server.diskBytes : BigInt(Math.round(number(values.disk))) * GIB,
  };
}

export function sameSizes(a: Sizes, b: Sizes): boolean {
  return (
    a.cpuMillicores === b.cpuMillicores && a.memoryBytes === b.memoryBytes && a.diskBytes === b.diskBytes
  );
}

/** The sizes that differ, as the request has them. */
export function changedSizes(sizes: Sizes, server: Server): Partial<Sizes> {
  return {
    ...(sizes.cpuMillicores !== server.cpuMillicores && { cpuMillicores: sizes.cpuMillicores }),
    ...(sizes.memoryBytes !== server.memoryBytes && { memoryBytes: sizes.memoryBytes }),
    ...(sizes.diskBytes !== server.diskBytes && { diskBytes: sizes.diskBytes }),
  };
}
