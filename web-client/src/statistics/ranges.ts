/** The stretches of time that history is shown of. */
import type { Clock } from '@/format/format';

export const RANGES = ['1h', '6h', '24h', '7d', '30d', '90d', '1y'] as const;

export type Range = (typeof RANGES)[number];

interface Stretch {
  /** In milliseconds. */
  readonly length: number;
  /** Where the axis of time is marked: every so many minutes, days or months of the viewer's calendar. */
  readonly marks: readonly [count: number, unit: 'minute' | 'day' | 'month'];
  /** What tells the marks apart. */
  readonly clock: Clock;
  /** Read anew so often, in milliseconds. */
  readonly refresh: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const STRETCHES: Readonly<Record<Range, Stretch>> = {
  // What happens meanwhile is added from the stream.
  '1h': { length: HOUR, marks: [10, 'minute'], clock: 'minute', refresh: 5 * MINUTE },
  '6h': { length: 6 * HOUR, marks: [60, 'minute'], clock: 'minute', refresh: MINUTE },
  '24h': { length: DAY, marks: [240, 'minute'], clock: 'minute', refresh: 2 * MINUTE },
  '7d': { length: 7 * DAY, marks: [1, 'day'], clock: 'day', refresh: 5 * MINUTE },
  '30d': { length: 30 * DAY, marks: [5, 'day'], clock: 'day', refresh: 10 * MINUTE },
  '90d': { length: 90 * DAY, marks: [15, 'day'], clock: 'day', refresh: 10 * MINUTE },
  '1y': { length: 365 * DAY, marks: [2, 'month'], clock: 'month', refresh: 10 * MINUTE },
};

/** Nonsense in the address is the shortest. */
export function parseRange(text: string): Range {
  return RANGES.find((range) => range === text) ?? '1h';
}
