/** Search, filters and tabs live in the address: they survive a reload and can be sent to somebody. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export interface SearchState {
  /** Empty when it is not given. */
  readonly get: (name: string) => string;
  /** Nothing takes it out of the address. */
  readonly set: (name: string, value: string | undefined) => void;
  readonly clear: () => void;
  /** True when anything is given. */
  readonly some: boolean;
}

export function useSearchState(): SearchState {
  const [search, setSearch] = useSearchParams();
  const get = useCallback((name: string) => search.get(name) ?? '', [search]);
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
  const clear = useCallback(() => setSearch({}, { replace: true }), [setSearch]);
  return { get, set, clear, some: search.size > 0 };
}
