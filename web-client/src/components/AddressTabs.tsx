/** Tabs of a page, the open one in the address: it survives a reload, and the browser's back leads to the one before. */
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';

import classes from './AddressTabs.module.css';

export interface AddressTab {
  /** In the address; the first tab is there without one. */
  readonly value: string;
  readonly label: string;
  readonly content: ReactNode;
}

interface Props {
  /** What the tabs are, for readers of screens. */
  readonly label: string;
  readonly tabs: readonly AddressTab[];
}

export function AddressTabs({ label, tabs }: Props) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('tab');
  const open = tabs.find(({ value }) => value === wanted) ?? tabs[0];
  if (!open) return null;
  return (
    <Tabs
      value={open.value}
      onChange={(value) => setSearch(value === null || value === tabs[0]?.value ? {} : { tab: value })}
      keepMounted={false}
    >
      <Tabs.List aria-label={label} className={classes.list ?? ''}>
        {tabs.map(({ value, label: name }) => (
          <Tabs.Tab key={value} value={value}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content }) => (
        <Tabs.Panel key={value} value={value} pt="lg">
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
