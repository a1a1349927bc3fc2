/** Loading a page for the first time: what comes over the wire, and when somebody can begin. */
import { gzipSync } from 'node:zlib';

import type { Page, Response } from 'playwright-core';

/** Scripts, in bytes as a release sends them. */
export interface Scripts {
  readonly files: number;
  readonly gzip: number;
}

/** What a page takes to be there, and what it fetches ahead once it is. */
export interface FirstLoad {
  readonly needed: Scripts;
  readonly ahead: Scripts;
}

/** Loads the page for the first time, until it shows `ready`. */
export async function firstLoad(page: Page, path: string, ready: string): Promise<FirstLoad> {
  const responses: Response[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.endsWith('.js')) responses.push(response);
  });
  await page.goto(path, { waitUntil: 'commit' });
  const shown = await shownAfter(page, ready);
  await page.waitForLoadState('networkidle');
  const begun = new Map(
    await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name, startTime }) => [name, startTime] as const),
    ),
  );
  const isNeeded = (response: Response) => (begun.get(response.url()) ?? 0) <= shown;
  return {
    needed: await sizeOf(responses.filter(isNeeded)),
    ahead: await sizeOf(responses.filter((response) => !isNeeded(response))),
  };
}

/** A server built for development sends scripts as they are: compressing them here gives what a release sends. */
async function sizeOf(responses: readonly Response[]): Promise<Scripts> {
  const bodies = await Promise.all(responses.map((response) => response.body()));
  const gzip = bodies.reduce((bytes, body) => bytes + gzipSync(body, { level: 9 }).byteLength, 0);
  return { files: bodies.length, gzip };
}

/** Milliseconds from the beginning until the page shows `ready`. */
async function shownAfter(page: Page, ready: string): Promise<number> {
  const shown = await page.waitForFunction(
    (selector) => (document.querySelector(selector) ? performance.now() : 0),
    ready,
    { polling: 'raf' },
  );
  return shown.jsonValue();
}

/** The processor of somebody's old telephone. */
export async function slowProcessor(page: Page, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
}

/** Long tasks are those of more than 50 ms; so long without one, the page answers at once. */
const QUIET = 1_000;

/** Something of the same site that is no page: what the browser itself takes to begin is over once it is shown. */
export async function warmUp(page: Page): Promise<void> {
  await page.goto('/favicon.svg');
  await page.waitForTimeout(1_500);
}

/**
 * Milliseconds from the beginning until the page shows `ready` and the last long task is over. The page finds it out by itself and tells
 * at the end: to be asked meanwhile would cost a slow processor a fifth of a second.
 */
export async function interactiveAfter(page: Page, path: string, ready: string): Promise<number> {
  await page.addInitScript(
    ([selector, quiet]) => {
      let shown = 0;
      let lastEnd = 0;
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) lastEnd = startTime + duration;
      }).observe({ type: 'longtask', buffered: true });
      const look = () => {
        if (shown === 0 && document.querySelector(selector)) shown = performance.now();
        const since = Math.max(shown, lastEnd);
        if (shown > 0 && performance.now() - since > quiet) console.debug(`interactive ${since}`);
        else setTimeout(look, 20);
      };
      look();
    },
    [ready, QUIET] as const,
  );
  const told = page.waitForEvent('console', (message) => message.text().startsWith('interactive '));
  await page.goto(path, { waitUntil: 'commit' });
  return Number((await told).text().split(' ')[1]);
}
