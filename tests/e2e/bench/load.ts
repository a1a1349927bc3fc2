/** Loading a page for the first time: what comes over the wire, and when somebody can begin. */
import { gzipSync } from 'node:zlib';

import type { Page, Response } from 'playwright-core';

/** Bytes of all scripts of the first load, as the shipped server sends them. */
export interface Scripts {
  readonly files: number;
  readonly gzip: number;
}

/** Watches what a page loads; ask when it has come up. */
export function watchScripts(page: Page): () => Promise<Scripts> {
  const responses: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script' || response.url().endsWith('.js'))
      responses.push(response);
  });
  return async () => {
    // A server built for development sends them as they are: compressing them here gives what a release sends.
    const bodies = await Promise.all(responses.map((response) => response.body()));
    const gzip = bodies.reduce((bytes, body) => bytes + gzipSync(body, { level: 9 }).byteLength, 0);
    return { files: bodies.length, gzip };
  };
}

/** The processor of somebody's old telephone. */
export async function slowProcessor(page: Page, times: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: times });
}

/** Long tasks are those of more than 50 ms; so long without one, the page answers at once. */
const QUIET = 1_000;

/** Milliseconds from the beginning until the page shows `ready` and the last long task is over. */
export async function interactiveAfter(page: Page, path: string, ready: string): Promise<number> {
  await page.addInitScript(() => {
    const ends: number[] = [];
    Object.assign(window, { longTaskEnds: ends });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) ends.push(entry.startTime + entry.duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(path, { waitUntil: 'commit' });
  const shown = await page.waitForFunction(
    (selector) => (document.querySelector(selector) ? performance.now() : 0),
    ready,
    { polling: 'raf' },
  );
  const shownAt = await shown.jsonValue();
  const settled = await page.waitForFunction(
    ([since, quiet]) => {
      const last = Math.max(since, ...(window as unknown as { longTaskEnds: number[] }).longTaskEnds);
      return performance.now() - last > quiet ? last : 0;
    },
    [shownAt, QUIET] as const,
  );
  return await settled.jsonValue();
}
