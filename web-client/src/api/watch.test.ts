import { Code } from '@connectrpc/connect';
import { describe, expect, it, vi } from 'vitest';

import { refusal } from '../../test/messages';
import { StreamBoard } from './streamBoard';
import { watch } from './watch';

const atOnce = { next: () => 0, reset: () => {} };

async function* says(...steps: (string | Error)[]): AsyncIterable<string> {
  for (const step of steps) {
    await Promise.resolve();
    if (step instanceof Error) throw step;
    yield step;
  }
}

describe('watch', () => {
  it('opens a stream again when it ends or breaks, and shows that it does', async () => {
    const controller = new AbortController();
    const streams = new StreamBoard();
    const board: boolean[] = [];
    streams.subscribe(() => board.push(streams.reconnecting()));
    const connections = [
      says('a', refusal(Code.Unavailable, 'STOPPING')),
      says(new TypeError('Failed to fetch')),
      says('b'),
      says('c'),
    ];
    const messages: string[] = [];
    await watch({
      open: () => connections.shift() ?? says(),
      onMessage: (message) => {
        messages.push(message);
        if (message === 'c') controller.abort();
      },
      streams,
      signal: controller.signal,
      backoff: atOnce,
    });
    expect(messages).toEqual(['a', 'b', 'c']);
    expect(board).toEqual([true, false, true, false]);
  });

  it('gives up on what will not pass, and says why', async () => {
    const onRefused = vi.fn();
    const open = vi.fn(() => says(refusal(Code.PermissionDenied, 'ROLE_REQUIRED')));
    await watch({
      open,
      onMessage: () => {},
      onRefused,
      streams: new StreamBoard(),
      signal: new AbortController().signal,
      backoff: atOnce,
    });
    expect(open).toHaveBeenCalledTimes(1);
    expect(onRefused).toHaveBeenCalledOnce();
  });

  it('is over when nothing more is to come', async () => {
    const open = vi.fn(() => says('last'));
    await watch({
      open,
      onMessage: () => {},
      isOver: () => true,
      streams: new StreamBoard(),
      signal: new AbortController().signal,
      backoff: atOnce,
    });
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('takes a connection on which nothing comes for dead, and opens another', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const states: string[] = [];
    const signals: AbortSignal[] = [];
    async function* open(signal: AbortSignal) {
      signals.push(signal);
      yield 'hello';
      if (signal.aborted) return;
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    }
    const watching = watch({
      open,
      onMessage: () => {
        if (signals.length === 2) controller.abort();
      },
      onState: (state) => states.push(state),
      silence: 45_000,
      streams: new StreamBoard(),
      signal: controller.signal,
      backoff: atOnce,
    });
    await vi.advanceTimersByTimeAsync(44_000);
    expect(signals).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    await watching;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(states).toEqual(['opening', 'live', 'reconnecting', 'live']);
    vi.useRealTimers();
  });

  it('waits longer each time, within bounds', async () => {
    const { backoff } = await import('./backoff');
    const pauses = backoff(500, 4000, () => 1);
    expect([1, 2, 3, 4, 5].map(() => pauses.next())).toEqual([500, 1000, 2000, 4000, 4000]);
    pauses.reset();
    expect(pauses.next()).toBe(500);
  });
});
