/** How long the page's own thread worked, from Chromium's trace: what a person feels, unlike averages. */
import type { CDPSession, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  /** Microseconds on the clock, and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** What runs script: calls, timers, frames and events. */
const SCRIPT = new Set([
  'FunctionCall',
  'EvaluateScript',
  'TimerFire',
  'FireAnimationFrame',
  'EventDispatch',
  'RunMicrotasks',
]);

export interface Longest {
  /** Milliseconds of the longest single piece of script. */
  readonly clock: number;
  /** Of them, those that the processor worked; a busy machine makes the others. */
  readonly processor: number;
}

/** Runs `work` and tells the longest piece of script that ran meanwhile. */
export async function longestScript(page: Page, work: () => Promise<void>): Promise<Longest> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { categories: 'devtools.timeline', transferMode: 'ReportEvents' });
  await work();
  await end(session);
  const script = events.filter(({ name }) => SCRIPT.has(name));
  if (script.length === 0) throw new Error('the trace holds no script');
  const longest = (of: (event: TraceEvent) => number | undefined) =>
    Math.max(...script.map((event) => (of(event) ?? 0) / 1000));
  return { clock: longest(({ dur }) => dur), processor: longest(({ tdur }) => tdur) };
}

async function end(session: CDPSession): Promise<void> {
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
}
