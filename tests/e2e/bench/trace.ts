/** How long the page's own thread worked, from Chromium's trace: in all, and in the worst frame, which a person feels unlike averages. */
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

/** The most script of any frame, what is usual, and of how many. */
export interface Frames extends Readonly<Frame> {
  /** Milliseconds of the processor in the frame in the middle, and in the one that 95 of 100 are no longer than. */
  readonly usual: number;
  readonly slow: number;
  readonly frames: number;
}

/** Chromium tells the trace in pieces; a machine that needs longer than this for the next one has stopped. */
const SILENCE = 30_000;

/** Everything a thread does is a task; what lies outside of them is nothing. */
const TASK = 'RunTask';

/**
 * Runs `work` and tells how many milliseconds of the processor the thread with the most script worked meanwhile, on script, styles,
 * layout and all else. What the machine does besides is not in it.
 */
export async function threadTime(page: Page, work: () => Promise<unknown>): Promise<number> {
  const events = await traced(page, 'devtools.timeline,disabled-by-default-devtools.timeline', work);
  const times = new Map<string, { script: number; all: number }>();
  for (const event of events) {
    const time = times.get(threadOf(event)) ?? { script: 0, all: 0 };
    const milliseconds = (event.tdur ?? 0) / 1000;
    if (SCRIPT.has(event.name)) time.script += milliseconds;
    if (event.name === TASK) time.all += milliseconds;
    times.set(threadOf(event), time);
  }
  const [most] = [...times.values()].sort((a, b) => b.script - a.script);
  if (!most?.script) throw new Error('the trace holds no script');
  return most.all;
}

/** Runs `work` and tells the most script of any frame meanwhile. */
export async function worstFrame(page: Page, work: () => Promise<unknown>): Promise<Frames> {
  const events = await traced(page, 'devtools.timeline', work);
  const script = events.filter(({ name }) => SCRIPT.has(name));
  if (script.length === 0) throw new Error('the trace holds no script');
  const threads = new Set(script.map(threadOf));
  const frames = [...threads].flatMap((thread) =>
    framesOf(script.filter((event) => threadOf(event) === thread)),
  );
  const byProcessor = frames.map(({ processor }) => processor).sort((a, b) => a - b);
  return {
    clock: Math.max(...frames.map(({ clock }) => clock)),
    processor: byProcessor.at(-1) ?? 0,
    usual: quantile(byProcessor, 0.5),
    slow: quantile(byProcessor, 0.95),
    frames: frames.length,
  };
}

/** The value that so large a share of the values, the least first, does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
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

async function traced(page: Page, categories: string, work: () => Promise<unknown>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { categories, transferMode: 'ReportEvents' });
  await work();
  await end(session);
  return events;
}

/** Without the limit a browser that has died in between would be waited for until the test's own end, which tells nothing. */
async function end(session: CDPSession): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stopped = () => reject(new Error(`the trace has not come on for ${SILENCE / 1000} s`));
    let timer = setTimeout(stopped, SILENCE);
    session.on('Tracing.dataCollected', () => {
      clearTimeout(timer);
      timer = setTimeout(stopped, SILENCE);
    });
    session.once('Tracing.tracingComplete', () => {
      clearTimeout(timer);
      resolve();
    });
    session.send('Tracing.end').catch(reject);
  });
  await session.detach();
}
