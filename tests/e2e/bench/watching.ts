/** Looking for a while at a page that changes by itself. */
import type { Page } from 'playwright-core';

export interface Watched {
  /** Milliseconds from each frame to the next, in order. */
  readonly between: readonly number[];
  /** How often something within `selector` changed, by the selectors that were asked for. */
  readonly changes: readonly number[];
}

/** Asks for every frame, as a page that moves does, and counts what changes below each of the selectors. */
export function watch(page: Page, milliseconds: number, selectors: readonly string[]): Promise<Watched> {
  return page.evaluate(
    async ([patience, all]) => {
      const changes = all.map(() => 0);
      const observers = all.map((selector, index) => {
        const observer = new MutationObserver(() => (changes[index] = (changes[index] ?? 0) + 1));
        const element = document.querySelector(selector);
        if (!element) throw new Error(`nothing is ${selector}`);
        observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
        return observer;
      });
      const between: number[] = [];
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      let before = await frame();
      for (const end = before + patience; before < end;) {
        const time = await frame();
        between.push(time - before);
        before = time;
      }
      for (const observer of observers) observer.disconnect();
      return { between, changes };
    },
    [milliseconds, selectors] as const,
  );
}
