/** The pages that the navigation and the command palette offer, and to whom. A new page is a line here. */
import type { User } from '@hostler/client';
import {
  type Icon,
  IconAlertTriangle,
  IconBox,
  IconBuildingStore,
  IconCpu,
  IconGauge,
  IconHistory,
  IconListCheck,
  IconNetwork,
  IconRuler2,
  IconSend,
  IconServer,
  IconServer2,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import type { ParseKeys } from 'i18next';

import { isOperator, isStaff } from '@/api/me';
import { paths } from '@/paths';

export interface NavigationItem {
  readonly path: string;
  readonly label: ParseKeys;
  readonly icon: Icon;
  /** The pages below it have lines of their own. */
  readonly exact?: boolean;
  /** For some of those who see the section; unset means all. */
  readonly visibleTo?: (user: User) => boolean;
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
  {
    label: 'frame.monitoringSection',
    visibleTo: everybody,
    items: [
      { path: paths.alerts(), label: 'frame.nav.alerts', icon: IconAlertTriangle },
      { path: paths.rules(), label: 'frame.nav.rules', icon: IconRuler2 },
      { path: paths.channels(), label: 'frame.nav.channels', icon: IconSend },
    ],
  },
  {
    label: 'frame.operatorSection',
    visibleTo: isStaff,
    items: [
      { path: paths.operator(), label: 'frame.nav.overview', icon: IconGauge, exact: true },
      { path: paths.users(), label: 'frame.nav.users', icon: IconUsers },
      { path: paths.operations(), label: 'frame.nav.operations', icon: IconListCheck },
      { path: paths.nodes(), label: 'frame.nav.nodes', icon: IconServer2 },
      { path: paths.hypervisors(), label: 'frame.nav.hypervisors', icon: IconCpu },
      { path: paths.pools(), label: 'frame.nav.pools', icon: IconNetwork },
      { path: paths.systems(), label: 'frame.nav.systems', icon: IconBox },
      { path: paths.tariffs(), label: 'frame.nav.tariffs', icon: IconBuildingStore },
      { path: paths.audit(), label: 'frame.nav.audit', icon: IconHistory, visibleTo: isOperator },
    ],
  },
];

export function sectionsFor(user: User | undefined): readonly NavigationSection[] {
  if (!user) return [];
  return SECTIONS.filter(({ visibleTo }) => visibleTo(user)).map((section) => ({
    ...section,
    items: section.items.filter(({ visibleTo }) => visibleTo?.(user) ?? true),
  }));
}
