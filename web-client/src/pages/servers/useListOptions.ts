/** The list's search, filter and order live in the address: they survive a reload and can be sent to somebody. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

import {
  type ListOptions,
  NEWEST_FIRST,
  type Sort,
  SORT_KEYS,
  STATE_FILTERS,
  type StateFilter,
} from './serverList';

export function useListOptions() {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (name: string, value: string | undefined) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
  const options: ListOptions = {
    query: search.get('q') ?? '',
    state: STATE_FILTERS.find((filter) => filter === search.get('state')),
    sort: parseSort(search.get('sort')),
  };
  return {
    options,
    setQuery: (query: string) => set('q', query),
    setState: (state: StateFilter | undefined) => set('state', state),
    setSort: (sort: Sort) => set('sort', formatSort(sort)),
    clear: () => setSearch({}, { replace: true }),
  };
}

/** `name` ascends, `-name` descends. */
export function parseSort(text: string | null): Sort {
  const descending = text?.startsWith('-') ?? false;
  const key = SORT_KEYS.find((known) => known === (descending ? text?.slice(1) : text));
  return key === undefined ? NEWEST_FIRST : { key, descending };
}

export function formatSort({ key, descending }: Sort): string {
  return descending ? `-${key}` : key;
}
