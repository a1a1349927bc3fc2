/** What the states of the catalogue's entries are called and look like. */
import { CatalogState } from '@hostler/client';

import type english from '@/i18n/en';

import type { StateColor } from './StateBadge';

type StateName = keyof typeof english.catalog.states;

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
