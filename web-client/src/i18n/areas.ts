/**
 * Texts come in areas, so that nobody loads what only others read: the core is always there, the rest comes with the pages that say it
 * (`routes.tsx`). ESLint holds who may use the keys of which area.
 */
import type core from './en/core';
import type customer from './en/customer';
import type staff from './en/staff';
import type { Language } from './languages';

/** `customer` is for the pages of one server and of the account, `staff` for those of the staff. */
export const AREAS = ['core', 'customer', 'staff'] as const;

export type Area = (typeof AREAS)[number];

/** All texts there are. The other languages have the same shape. */
export type English = typeof core & typeof customer & typeof staff;

type Load = () => Promise<{ default: object }>;

/** Each a chunk of its own. */
export const TEXTS: Readonly<Record<Language, Readonly<Record<Area, Load>>>> = {
  en: {
    core: () => import('./en/core'),
    customer: () => import('./en/customer'),
    staff: () => import('./en/staff'),
  },
  ru: {
    core: () => import('./ru/core'),
    customer: () => import('./ru/customer'),
    staff: () => import('./ru/staff'),
  },
  ja: {
    core: () => import('./ja/core'),
    customer: () => import('./ja/customer'),
    staff: () => import('./ja/staff'),
  },
};
