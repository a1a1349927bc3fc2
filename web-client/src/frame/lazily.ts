/**
 * Parts that a page can do without for a moment: they do not hold it up, and come as soon as the browser is idle, so that they are
 * there when somebody asks for them while the server is not.
 */
import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

/** Browsers that do not tell when they are idle have the page on the screen by then. */
const SOON = 2_000;

export function lazily<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> {
  // Whoever needs it tries again, and shows the failure.
  const fetchAhead = () => void load().catch(() => undefined);
  if ('requestIdleCallback' in window) requestIdleCallback(fetchAhead);
  else setTimeout(fetchAhead, SOON);
  return lazy(load);
}
