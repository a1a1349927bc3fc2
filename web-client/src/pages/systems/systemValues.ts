/** An operating system as the form holds it. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OperatingSystem, OperatingSystemSchema } from '@hostler/client';

import { bytesOfGib, gibOfBytes, type Typed } from '@/forms/units';

export interface SystemValues {
  readonly name: string;
  readonly version: string;
  readonly family: string;
  readonly template: string;
  readonly nesting: boolean;
  readonly minMemory: Typed;
  readonly minDisk: Typed;
}

/** Fields of the form by the protocol's names. */
export const FIELD_NAMES = { min_memory_bytes: 'minMemory', min_disk_bytes: 'minDisk' } as const;

/** All that the form changes. */
export const MASK = [
  'name',
  'version',
  'family',
  'template',
  'nesting',
  'min_memory_bytes',
  'min_disk_bytes',
];

export const NEW_SYSTEM: SystemValues = {
  name: '',
  version: '',
  family: '',
  template: '',
  nesting: false,
  minMemory: 0,
  minDisk: 0,
};

export function valuesOf(system: OperatingSystem): SystemValues {
  const { name, version, family, template, nesting } = system;
  return {
    name,
    version,
    family,
    template,
    nesting,
    minMemory: gibOfBytes(system.minMemoryBytes),
    minDisk: gibOfBytes(system.minDiskBytes),
  };
}

export function systemOf(values: SystemValues): MessageInitShape<typeof OperatingSystemSchema> {
  const { name, version, family, template, nesting } = values;
  return {
    name,
    version,
    family,
    template,
    nesting,
    minMemoryBytes: bytesOfGib(values.minMemory),
    minDiskBytes: bytesOfGib(values.minDisk),
  };
}
