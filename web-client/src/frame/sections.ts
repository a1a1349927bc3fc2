/** The pages that the navigation and the command palette offer, and to whom. A new page is a line here. */
import type { User } from '@hostler/client';
import { type Icon, IconServer, IconUserCircle } from '@tabler/icons-react';
import type { ParseKeys } from 'i18next';

import { isStaff } from '@/api/me';
import { paths } from '@/paths';

export interface NavigationItem {
  readonly path: string;
  readonly label: ParseKeys;
  readonly icon: Icon;
}

export interface NavigationSection {
  readonly label: ParseKeys;
  readonly items: readonly NavigationItem[];
  readonly visibleTo: (user: User) => boolean;
}

const everybody = () => true;

const SECTIONS: readonly NavigationSection[] = [
  {
    label: 'frame.customerSection',
    visibleTo: everybody,
    items: [
      { path: paths.servers(), label: 'frame.servers', icon: IconServer },
      { path: paths.account(), label: 'frame.account', icon: IconUserCircle },
    ],
  },
  { label: 'frame.operatorSection', visibleTo: isStaff, items: [] },
];

export function sectionsFor(user: User | undefined): readonly NavigationSection[] {
  return user ? SECTIONS.filter(({ items, visibleTo }) => items.length > 0 && visibleTo(user)) : [];
}
