/** How long the page's own thread worked in a frame, from Chromium's trace: what a person feels, unlike averages. */
import type { CDPSession, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: when it began, how long it took on the clock, and of the processor. */
  readonly ts: number;
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

/** The script between one frame of a thread and the next. */
interface Frame {
  /** Milliseconds on the clock. */
  clock: number;
  /** Of them, those that the processor worked; a busy machine makes the others. */
  processor: number;
}

/** Runs `work` and tells the most script of any frame meanwhile. */
export async function worstFrame(page: Page, work: () => Promise<void>): Promise<Readonly<Frame>> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { categories: 'devtools.timeline', transferMode: 'ReportEvents' });
  await work();
  await end(session);
  const script = events.filter(({ name }) => SCRIPT.has(name));
  if (script.length === 0) throw new Error('the trace holds no script');
  const threads = new Set(script.map(threadOf));
  const frames = [...threads].flatMap((thread) =>
    framesOf(script.filter((event) => threadOf(event) === thread)),
  );
  return {
    clock: Math.max(...frames.map(({ clock }) => clock)),
    processor: Math.max(...frames.map(({ processor }) => processor)),
  };
}

const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;

/** Script that runs inside other script counts once. */
function framesOf(events: readonly TraceEvent[]): Frame[] {
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  let over = 0;
  for (const { name, ts, dur = 0, tdur = 0 } of [...events].sort((a, b) => a.ts - b.ts)) {
    if (ts < over) continue;
    over = ts + dur;
    if (!frame || name === 'FireAnimationFrame') frames.push((frame = { clock: 0, processor: 0 }));
    frame.clock += dur / 1000;
    frame.processor += tdur / 1000;
  }
  return frames;
}

async function end(session: CDPSession): Promise<void> {
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
}
