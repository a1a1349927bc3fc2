/** Search, owner, state and order of the list. */
import { Group, NativeSelect, Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

import { ChoiceFilter } from '@/components/ChoiceFilter';
import { SearchField } from '@/components/SearchField';

import { type ListOptions, type Sort, SORT_KEYS, STATE_FILTERS, type StateFilter } from './serverList';
import { formatSort, parseSort } from './useListOptions';

/** For the staff only, and heavier than the rest of the page. */
const UserPicker = lazy(async () => ({ default: (await import('@/components/UserPicker')).UserPicker }));

interface Props {
  readonly options: ListOptions;
  readonly setQuery: (query: string) => void;
  readonly setState: (state: StateFilter | undefined) => void;
  readonly setSort: (sort: Sort) => void;
  /** Given to those who see the servers of others. */
  readonly setOwner: ((owner: string | undefined) => void) | undefined;
}

export function ServerFilters({ options, setQuery, setState, setSort, setOwner }: Props) {
  const { t } = useTranslation();
  return (
    <Group my="md" gap="sm">
      <SearchField label={t('servers.search')} value={options.query} onChange={setQuery} />
      {setOwner && (
        <Suspense fallback={<Skeleton flex="1 1 220px" maw={{ sm: 320 }} h={36} />}>
          <UserPicker value={options.owner} onChange={setOwner} />
        </Suspense>
      )}
      <ChoiceFilter
        label={t('servers.state')}
        any={t('servers.filters.any')}
        value={options.state}
        choices={STATE_FILTERS.map((value) => ({ value, label: t(`servers.filters.${value}`) }))}
        onChange={setState}
      />
      <NativeSelect
        hiddenFrom="md"
        flex="1 0 140px"
        maw={{ sm: 220 }}
        aria-label={t('servers.sort')}
        value={formatSort(options.sort)}
        onChange={(event) => setSort(parseSort(event.currentTarget.value))}
        data={SORT_KEYS.flatMap((key) => [
          { value: key, label: `${t(`servers.columns.${key}`)} ↑` },
          { value: `-${key}`, label: `${t(`servers.columns.${key}`)} ↓` },
        ])}
      />
    </Group>
  );
}
