import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { useTurn } from './useTurn';

const FRAME = 16;

function pass(frames: number): void {
  act(() => {
    vi.advanceTimersByTime(frames * FRAME);
  });
}

/** Who waits for this turn. */
function waiting(turn: number) {
  return renderHook(({ value }) => useTurn(value, turn), { initialProps: { value: 'first' } });
}

describe('turns', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame'] }));
  afterEach(() => vi.useRealTimers());

  test('begin with what is there', () => {
    expect(waiting(3).result.current).toBe('first');
  });

  test('show what is new one after the other', () => {
    const all = [0, 1, 2].map(waiting);
    pass(4);
    for (const { rerender } of all) rerender({ value: 'second' });
    const shown = () => all.map(({ result }) => result.current);
    expect(shown()).toEqual(['first', 'first', 'first']);
    pass(1);
    expect(shown()).toEqual(['second', 'first', 'first']);
    pass(1);
    expect(shown()).toEqual(['second', 'second', 'first']);
    pass(1);
    expect(shown()).toEqual(['second', 'second', 'second']);
  });

  test('leave out what is old when their time comes', () => {
    const { result, rerender } = waiting(2);
    rerender({ value: 'second' });
    pass(2);
    rerender({ value: 'third' });
    pass(2);
    expect(result.current).toBe('first');
    pass(1);
    expect(result.current).toBe('third');
  });

  test('leave nothing behind', () => {
    const { rerender, unmount } = waiting(5);
    rerender({ value: 'second' });
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
