/** What is wrong with a page, whatever it is about: it overflows, a text is missing, or axe finds something. */
import { createRequire } from 'node:module';

import type axe from 'axe-core';
import type { Page } from 'playwright-core';

import { TEXTS } from './texts';

const AXE = (createRequire(import.meta.url)('axe-core') as typeof axe).source;

export async function overflow(page: Page): Promise<string[]> {
  const { content, window: inner } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: window.innerWidth,
  }));
  return content > inner ? [`is ${content} pixels wide in a window of ${inner}`] : [];
}

/** Keys that stand where a text should, and placeholders that nobody filled. */
export async function missingTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const attributes = ['aria-label', 'alt', 'placeholder', 'title'];
    const elements = [...document.querySelectorAll(attributes.map((name) => `[${name}]`).join(','))];
    return [
      document.title,
      document.body.innerText,
      ...elements.flatMap((element) => attributes.map((name) => element.getAttribute(name) ?? '')),
    ].join('\n');
  });
  const words = [...texts.matchAll(/[a-z]\w*(?:\.\w+)+/g)].map(([word]) => word);
  const keys = words.filter((word) => TEXTS.en.has(word) || TEXTS.en.has(`${word}_other`));
  return [...keys, ...[...texts.matchAll(/\{\{.*?\}\}/g)].map(([placeholder]) => placeholder)].map(
    (text) => `shows ${text}`,
  );
}

export async function axeViolations(page: Page): Promise<string[]> {
  // By the debugger: the page's own policy lets no foreign script in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe: judge } = window as unknown as { axe: typeof axe };
    const { violations: found } = await judge.run(document, {
      resultTypes: ['violations'],
      iframes: false,
      preload: false,
    });
    return found.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html.slice(0, 200)) }));
  });
  return violations.map(({ id, html }) => `violates ${id}: ${html.slice(0, 3).join(' ')}`);
}
