import { afterAll, afterEach, describe, expect, it } from 'vitest';

import { isRepeated } from '@/format/repeatedHour';

import { axisOf, momentsOf } from './axes';
import { type Range, STRETCHES } from './ranges';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HERE = process.env.TZ;

const restore = () => {
  if (HERE === undefined) delete process.env.TZ;
  else process.env.TZ = HERE;
};
afterEach(restore);
afterAll(restore);

describe('the axis of what is counted', () => {
  it.each([
    [0, [0, 0.25, 0.5, 0.75, 1]],
    [3.2, [0, 1, 2, 3, 4]],
    [61, [0, 20, 40, 60, 80]],
    [1_234, [0, 500, 1_000, 1_500]],
  ])('goes by tens up to %d', (highest, marks) => {
    expect(axisOf('count', highest, undefined)).toEqual({ top: marks.at(-1), marks });
  });
});

/** Zones, and when their clocks change: by an hour at night, by half an hour, at midnight, and never. */
const CHANGES: readonly (readonly [string, number])[] = [
  ['America/New_York', Date.UTC(2026, 2, 8, 7)],
  ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
  ['America/Havana', Date.UTC(2026, 2, 8, 5)],
  ['America/Havana', Date.UTC(2026, 10, 1, 5)],
  ['Asia/Kolkata', Date.UTC(2026, 2, 8, 7)],
];

describe.each(CHANGES)('marks in %s around the change at %d', (zone, change) => {
  it.each<Range>(['1h', '6h', '24h'])('are at round times, none twice and none missed: %s', (range) => {
    process.env.TZ = zone;
    const { length, marks } = STRETCHES[range];
    const [count] = marks;
    for (let end = change - 3 * HOUR; end < change + length + 3 * HOUR; end += 7 * MINUTE) {
      const moments = momentsOf(range, end - length, end);
      const when = new Date(end).toISOString();
      for (const moment of moments) {
        const date = new Date(moment);
        expect((date.getHours() * 60 + date.getMinutes()) % count, when).toBe(0);
      }
      // What the clock leaves out, or repeats, is less than the way from one mark to the next.
      const edges = [end - length, ...moments, end];
      for (const [index, moment] of edges.slice(1).entries()) {
        expect(moment - (edges[index] ?? 0), when).toBeLessThan(2 * count * MINUTE);
      }
      for (const [index, moment] of moments.slice(1).entries()) {
        expect(moment - (moments[index] ?? 0), when).toBeGreaterThanOrEqual((count / 2) * MINUTE);
      }
      const written = moments.map((moment) => new Date(moment).toString());
      expect(new Set(written).size, when).toBe(moments.length);
    }
  });

  it('are at the beginnings of days, each once', () => {
    process.env.TZ = zone;
    for (const range of ['7d', '30d', '90d'] as const) {
      const { length, marks } = STRETCHES[range];
      const [count] = marks;
      for (let end = change - 30 * HOUR; end < change + length; end += 5 * HOUR) {
        const days = momentsOf(range, end - length, end).map((moment) => new Date(moment));
        expect(days.length).toBeGreaterThanOrEqual(Math.floor(length / (count * 24 * HOUR)) - 1);
        for (const [index, day] of days.entries()) {
          // Where midnight is left out, the day begins at one.
          expect(day.getHours() * 60 + day.getMinutes()).toBe(day.getTime() === change ? 60 : 0);
          const before = days[index - 1];
          if (!before) continue;
          const expected = new Date(before.getFullYear(), before.getMonth(), before.getDate() + count);
          expect(day.toDateString()).toBe(expected.toDateString());
        }
      }
    }
  });
});

describe('an hour that the clock repeats', () => {
  it.each([
    ['America/New_York', Date.UTC(2026, 10, 1, 6), 60],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), 30],
    ['America/Havana', Date.UTC(2026, 10, 1, 5), 60],
  ])('is known in %s from its beginning to the end of its repetition', (zone, change, minutes) => {
    process.env.TZ = zone;
    const repeated = Array.from({ length: 48 * 60 }, (_, minute) => minute - 24 * 60).filter((minute) =>
      isRepeated(new Date(change + minute * MINUTE)),
    );
    expect(repeated).toEqual(Array.from({ length: 2 * minutes }, (_, minute) => minute - minutes));
  });

  it.each([
    ['America/New_York', Date.UTC(2026, 2, 8, 7)],
    ['Asia/Kolkata', Date.UTC(2026, 10, 1, 6)],
    ['UTC', Date.UTC(2026, 10, 1, 6)],
  ])('is none in %s in spring, or where the clock is never put back', (zone, around) => {
    process.env.TZ = zone;
    for (let minute = -600; minute < 600; minute += 1) {
      expect(isRepeated(new Date(around + minute * MINUTE))).toBe(false);
    }
  });
});
