import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { type ListOptions, type Sort, SORT_KEYS, STATE_FILTERS, type StateFilter } from './serverList';
import { formatSort, parseSort } from './useListOptions';

interface Props {
  readonly options: ListOptions;
  readonly setQuery: (query: string) => void;
  readonly setState: (state: StateFilter | undefined) => void;
  readonly setSort: (sort: Sort) => void;
}

/** The address changes this long after the last key: browsers refuse to change it too often. */
const TYPING = 120;

export function ServerFilters({ options, setQuery, setState, setSort }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(options.query);
  const [sent, setSent] = useState(options.query);
  const settle = useDebouncedCallback((query: string) => {
    setSent(query);
    setQuery(query);
  }, TYPING);
  // "Clear filters" and the browser's back change the address beside the field.
  if (sent !== options.query) {
    setSent(options.query);
    setTyped(options.query);
  }
  return (
    <Group my="md" gap="sm">
      <TextInput
        flex="1 1 240px"
        aria-label={t('servers.search')}
        placeholder={t('servers.search')}
        type="search"
        leftSection={<IconSearch size={18} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          settle(event.currentTarget.value);
        }}
      />
      <NativeSelect
        flex="1 0 140px"
        maw={{ sm: 220 }}
        aria-label={t('servers.state')}
        value={options.state ?? ''}
        onChange={(event) => setState(STATE_FILTERS.find((filter) => filter === event.currentTarget.value))}
        data={[
          { value: '', label: t('servers.filters.any') },
          ...STATE_FILTERS.map((value) => ({ value, label: t(`servers.filters.${value}`) })),
        ]}
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
