/**
 * Parts that a page can do without for a moment: they do not hold it up, and come once it is shown and the browser is idle, so that
 * they are there when somebody asks for them while the server is not.
 */
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

/** Browsers that do not tell when they are idle have the page on the screen by then. */
const SOON = 2_000;

const waiting: (() => void)[] = [];
let shown = false;

export function lazily<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> {
  fetchAhead(load);
  return lazy(load);
}

/** The same for a part that another module draws. */
export function fetchAhead(load: () => Promise<unknown>): void {
  // Whoever needs it tries again, and shows the failure.
  const fetch = () => void load().catch(() => undefined);
  if (shown) whenIdle(fetch);
  else waiting.push(fetch);
}

/** Told once the first page is drawn. */
export function firstPageIsShown(): void {
  shown = true;
  for (const fetch of waiting.splice(0)) whenIdle(fetch);
}

function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work);
  else setTimeout(work, SOON);
}
