/** Scrolling through a long page as fast as it can be looked at. */
import type { Page } from 'playwright-core';

/** Ten seconds at sixty frames a second. A machine that makes fewer frames takes longer, for each has the same way to go. */
const STEPS = 600;
/** Milliseconds, on a machine that is too slow for it: by then the worst frame has been seen, and the rest of the way is one leap. */
const PATIENCE = 45_000;

/** From where the page is to its end, the same distance in each frame. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(
    async ([steps, patience]) => {
      const end = performance.now() + patience;
      const distance = document.documentElement.scrollHeight / steps;
      for (let step = 0; step < steps && performance.now() < end; step += 1) {
        window.scrollBy(0, distance);
        // After the frame is drawn: to scroll before would have the page laid out within this script, which is none of the page's.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      }
      window.scrollTo(0, document.documentElement.scrollHeight);
    },
    [STEPS, PATIENCE] as const,
  );
}
