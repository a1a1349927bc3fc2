/** What the states of the catalogue's entries are called and look like. */
import { CatalogState } from '@hostler/client';

import type { English } from '@/i18n/areas';

import type { StateColor } from '@/components/StateBadge';

type StateName = keyof English['catalog']['states'];

const STATES: Readonly<Record<CatalogState, readonly [StateName, StateColor]>> = {
  [CatalogState.UNSPECIFIED]: ['unspecified', 'gray'],
  [CatalogState.ACTIVE]: ['active', 'green'],
  [CatalogState.RETIRED]: ['retired', 'gray'],
};

export const CATALOG_STATES = [CatalogState.ACTIVE, CatalogState.RETIRED] as const;

/** A newer server may send states that this page does not know. */
export function catalogState(state: CatalogState): readonly [StateName, StateColor] {
  return Object.hasOwn(STATES, state) ? STATES[state] : STATES[CatalogState.UNSPECIFIED];
}
