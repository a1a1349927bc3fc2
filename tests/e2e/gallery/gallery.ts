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
/** About fifty pages at a time, each in two sizes. */
const PATIENCE = 300_000;

interface Options {
  readonly language: Language;
  /** The judgement of axe takes as long as everything else, and is the same in every language. */
  readonly axe: boolean;
}

export function gallery({ language, axe }: Options): void {
  const words = wordsOf(language);
  let server: Hostlerd;
  let showcase: Showcase;
  beforeAll(async () => {
    server = await Hostlerd.start({ name: `gallery-${language}`, environment: CLUSTERS });
    showcase = await furnish(server);
  });
  afterAll(() => server.end());

  describe.each(VIEWERS)('what %s sees', (viewer) => {
    test(`fits and is complete in ${language}`, { timeout: PATIENCE }, async ({ visit }) => {
      const visitor = await visit({ server, locale: LOCALES[language] });
      if (viewer !== 'nobody') await visitor.signIn(showcase[viewer]);
      for (const picture of PICTURES[viewer]) {
        const faults = await take(visitor.page, picture, showcase, words, { language, axe });
        expect.soft(faults, picture.name).toEqual([]);
      }
    });
  });
}

async function take(
  page: Page,
  { name, at, prepare }: Picture,
  { ids }: Showcase,
  words: Words,
  { language, axe }: Options,
): Promise<string[]> {
  await page.setViewportSize(WIDE);
  // Two addresses that differ in what is after the # are one page to a browser.
  await page.goto('about:blank');
  await page.goto(at(ids));
  await settled(page);
  await prepare?.(page, words);
  const faults: string[] = [];
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    await settled(page);
    const file = artefact('screenshots', language, String(viewport.width), `${name}.png`);
    await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    const found = await overflow(page);
    if (axe) found.push(...(await axeViolations(page)));
    faults.push(...found.map((fault) => `at ${viewport.width}: ${fault}`));
  }
  faults.push(...(await missingTexts(page)));
  if (axe) faults.push(...(await inTheDark(page)));
  return faults;
}

async function inTheDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  const faults = await axeViolations(page);
  await page.emulateMedia({ colorScheme: 'light' });
  return faults.map((fault) => `in the dark: ${fault}`);
}

/** Everything has come: the page has its heading, and nothing holds a place any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    () => document.querySelector('.mantine-Skeleton-root, main .mantine-Loader-root') === null,
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
