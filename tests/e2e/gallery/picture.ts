/** A page to be looked at: who sees it, where it is, and what is done there first. */
import type { Page } from 'playwright-core';

import type { Showcase } from './showcase';
import type { Words } from './texts';

export type Viewer = 'nobody' | 'customer' | 'newcomer' | 'operator';

export interface Picture {
  readonly name: string;
  readonly at: (ids: Showcase['ids']) => string;
  /** Opens what is not there from the beginning, such as a dialog. */
  readonly prepare?: (page: Page, words: Words) => Promise<unknown>;
}

export function picture(name: string, at: string | Picture['at'], prepare?: Picture['prepare']): Picture {
  return { name, at: typeof at === 'string' ? () => at : at, ...(prepare && { prepare }) };
}

/** Presses the button of that text. */
export function press(
  key: string,
  values?: Readonly<Record<string, string>>,
): NonNullable<Picture['prepare']> {
  return (page, words) =>
    page
      .getByRole('button', { name: words(key, values), exact: true })
      .first()
      .click();
}
