/** How fast this machine is: machines differ, and the ratio of two figures of one of them travels. */
import type { Page } from 'playwright-core';

/** Milliseconds of the processor that the page's own thread takes for a fixed piece of script: the best of a few, the first compiles it. */
export async function calibration(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const worked = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const time = metrics.find(({ name }) => name === 'ThreadTime');
    if (!time) throw new Error('this Chromium does not tell how long a thread worked');
    return time.value * 1000;
  };
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const before = await worked();
    await page.evaluate(fixedPiece);
    times.push((await worked()) - before);
  }
  await session.detach();
  return Math.min(...times);
}

/** Objects, texts and sorting, as pages have them. To change it is to lose the figures of before. */
function fixedPiece(): number {
  let seed = 1;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647);
  let length = 0;
  for (let round = 0; round < 4; round += 1) {
    const rows = Array.from({ length: 10_000 }, () => ({ name: `server-${next()}`, size: next() % 1_000 }));
    const byName = new Map(rows.map((row) => [row.name, row]));
    rows.sort((a, b) => a.size - b.size || (a.name < b.name ? -1 : 1));
    const read = JSON.parse(JSON.stringify(rows)) as typeof rows;
    length += byName.size + read.map(({ name }) => name.toUpperCase()).join().length;
  }
  return length;
}
