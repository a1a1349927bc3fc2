/** Takes the pictures of a language, and judges each page while it is on the screen. */
import type { Page } from 'playwright-core';
import { beforeAll, afterAll, describe, expect } from 'vitest';

import { Hostlerd } from '../support/hostlerd';
import { artefact } from '../support/places';
import { test } from '../support/test';
import { NARROW, WIDE } from '../support/visit';
import { axeViolations, missingTexts, overflow } from './judge';
import type { Picture, Viewer } from './picture';
import { PICTURES } from './pictures';
import { CLUSTERS, furnish, type Showcase } from './showcase';
import { type Language, LOCALES, type Words, wordsOf } from './texts';

const VIEWERS: readonly Viewer[] = ['nobody', 'newcomer', 'customer', 'operator'];
/** About fifty pages at a time, each in two sizes: two minutes, and several times that on a machine that builds something else. */
const PATIENCE = 900_000;

interface Look {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
}

const LOOKS: readonly Look[] = [
  { viewport: WIDE, colorScheme: 'light' },
  { viewport: NARROW, colorScheme: 'light' },
];

interface Options {
  readonly language: Language;
  /** How the page looks when axe judges it. That takes as long as everything else: each language has a look of its own. */
  readonly judged: Look;
}

export function gallery({ language, judged }: Options): void {
  const words = wordsOf(language);
  let server: Hostlerd;
  let showcase: Showcase;
  beforeAll(async () => {
    server = await Hostlerd.start({ name: `gallery-${language}`, environment: CLUSTERS });
    showcase = await furnish(server);
  });
  afterAll(async () => {
    await showcase.end();
    await server.end();
  });

  describe.each(VIEWERS)('what %s sees', (viewer) => {
    test(`fits and is complete in ${language}`, { timeout: PATIENCE }, async ({ visit }) => {
      const visitor = await visit({ server, locale: LOCALES[language] });
      if (viewer !== 'nobody') await visitor.signIn(showcase[viewer]);
      for (const picture of PICTURES[viewer]) {
        const faults = await take(visitor.page, picture, showcase, words, { language, judged }).catch(
          // The others are taken all the same.
          (error: unknown) => [String(error)],
        );
        expect.soft(faults, picture.name).toEqual([]);
      }
    });
  });
}

/** A path that leads nowhere. */
const NOWHERE = '/nowhere';

async function take(
  page: Page,
  { name, at, prepare }: Picture,
  { ids }: Showcase,
  words: Words,
  { language, judged }: Options,
): Promise<string[]> {
  await page.setViewportSize(WIDE);
  // By way of another page, so that nothing of the picture before is left.
  await go(page, NOWHERE);
  if (at(ids) !== NOWHERE) await go(page, at(ids));
  await prepare?.(page, words);
  const faults = await missingTexts(page);
  for (const look of LOOKS) {
    await wear(page, look);
    const { width } = look.viewport;
    const file = artefact('screenshots', language, String(width), `${name}.png`);
    await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    faults.push(...(await overflow(page)));
  }
  await wear(page, judged);
  faults.push(...(await axeViolations(page)));
  if (judged.colorScheme === 'dark') {
    const file = artefact('screenshots', language, 'dark', `${name}.png`);
    await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    await wear(page, { ...judged, colorScheme: 'light' });
  }
  // A menu of the frame stays open from page to page.
  await page.keyboard.press('Escape');
  return faults;
}

/** Follows the path as a link would: to load everything anew takes the most time of all. */
async function go(page: Page, path: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(path);
  else {
    const before = await page.evaluate((to) => {
      document.querySelector('h1')?.setAttribute('data-before', '');
      const { pathname } = location;
      history.pushState({}, '', to);
      dispatchEvent(new PopStateEvent('popstate', { state: {} }));
      return pathname;
    }, path);
    // The page before stays until the code of the next one has come, or for good where the path leads back to it.
    await page.waitForFunction(
      (pathname) => document.querySelector('h1[data-before]') === null || location.pathname === pathname,
      before,
    );
  }
  await settled(page);
}

async function wear(page: Page, { viewport, colorScheme }: Look): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  await settled(page);
}

/** Everything has come: the page has its heading, and nothing holds a place any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    // A picture that turns beside a step of an operation means something, and stays.
    () =>
      document.querySelector('.mantine-Skeleton-root, main .mantine-Loader-root:not([role=img])') === null,
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // What fades has come to its colour; what turns for ever never does.
  await page.evaluate(() => {
    const passing = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    return Promise.allSettled(passing.map(({ finished }) => finished)).then(() => undefined);
  });
}
