/** The list's search, filter and order live in the address: they survive a reload and can be sent to somebody. */
import { useSearchState } from '@/frame/useSearchState';

import {
  type ListOptions,
  NEWEST_FIRST,
  type Sort,
  SORT_KEYS,
  STATE_FILTERS,
  type StateFilter,
} from './serverList';

export function useListOptions() {
  const { get, set, clear } = useSearchState();
  const options: ListOptions = {
    query: get('q'),
    owner: get('owner'),
    state: STATE_FILTERS.find((filter) => filter === get('state')),
    sort: parseSort(get('sort')),
  };
  return {
    options,
    setQuery: (query: string) => set('q', query),
    setState: (state: StateFilter | undefined) => set('state', state),
    setSort: (sort: Sort) => set('sort', formatSort(sort)),
    setOwner: (owner: string | undefined) => set('owner', owner),
    clear,
  };
}

/** `name` ascends, `-name` descends. */
export function parseSort(text: string): Sort {
  const descending = text.startsWith('-');
  const key = SORT_KEYS.find((known) => known === (descending ? text.slice(1) : text));
  return key === undefined ? NEWEST_FIRST : { key, descending };
}

export function formatSort({ key, descending }: Sort): string {
  return descending ? `-${key}` : key;
}
