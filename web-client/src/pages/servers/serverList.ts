/** Which servers the list shows, and in which order. No React here. */
import type { Server } from '@hostler/client';

import { type Mood, serverMood } from '@/components/serverState';

export const STATE_FILTERS = ['running', 'stopped', 'busy', 'broken'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

export const SORT_KEYS = ['name', 'state', 'price', 'created'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface ListOptions {
  readonly query: string;
  /** Only of this account; empty shows everybody's. */
  readonly owner: string;
  /** Undefined shows all. */
  readonly state: StateFilter | undefined;
  readonly sort: Sort;
}

export const NEWEST_FIRST: Sort = { key: 'created', descending: true };

const MOODS: Readonly<Record<StateFilter, Mood>> = {
  running: 'well',
  stopped: 'resting',
  busy: 'busy',
  broken: 'broken',
};

/** Numbers in names count as numbers: web-2 comes before web-10. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

const COMPARE: Readonly<Record<SortKey, (a: Server, b: Server) => number>> = {
  name: (a, b) => byName(a.name, b.name),
  state: (a, b) => a.state - b.state || byName(a.name, b.name),
  price: (a, b) => compare(a.priceMinor, b.priceMinor) || byName(a.name, b.name),
  // Ids begin with the time of creation.
  created: (a, b) => compare(a.id, b.id),
};

function compare<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function listServers(servers: Iterable<Server>, { query, owner, state, sort }: ListOptions): Server[] {
  const wanted = query.trim().toLowerCase();
  const shown = [...servers].filter(
    (server) =>
      (owner === '' || server.ownerId === owner) &&
      (state === undefined || serverMood(server.state) === MOODS[state]) &&
      (wanted === '' ||
        server.name.includes(wanted) ||
        server.addresses.some(({ address }) => address.startsWith(wanted))),
  );
  const order = COMPARE[sort.key];
  return shown.sort(sort.descending ? (a, b) => order(b, a) : order);
}
