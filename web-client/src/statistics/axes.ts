/** Where the axes of a chart are marked: at round figures, and at round moments of the viewer's calendar. */
import type { Unit } from './metrics';
import { type Range, STRETCHES } from './ranges';

export interface Axis {
  readonly top: number;
  readonly marks: readonly number[];
}

/** About so many marks. */
const MARKS = 4;
/** The scale of a rate is never finer: rest is not to look like work. */
const LEAST = 4 * 1024;
const ROUND = [1, 2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1024];
/** What is counted by tens: a load of less than one is next to nothing. */
const LEAST_COUNT = 1;
const ROUND_COUNT = [1, 2, 2.5, 5, 10];

/** `limit` is as high as the chart is; without one it is as high as its figures. */
export function axisOf(unit: Unit, highest: number, limit: number | undefined): Axis {
  if (unit === 'share') return { top: 1, marks: [0, 0.25, 0.5, 0.75, 1] };
  const isCounted = unit === 'count' || unit === 'degrees';
  const most = limit ?? Math.max(highest, isCounted ? LEAST_COUNT : LEAST);
  const step = isCounted ? stepOfTens(most / MARKS) : stepOfBytes(most / MARKS);
  const top = limit ?? Math.ceil(most / step) * step;
  const marks: number[] = [];
  for (let mark = 0; mark <= top; mark += step) marks.push(mark);
  return { top, marks };
}

function stepOfBytes(rough: number): number {
  const power = 1024 ** Math.max(0, Math.floor(Math.log(rough) / Math.log(1024)));
  return (ROUND.find((round) => round * power >= rough) ?? 1024) * power;
}

function stepOfTens(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return (ROUND_COUNT.find((round) => round * power >= rough) ?? 10) * power;
}

/** Moments within the stretch that are round where the viewer is, days of 23 and 25 hours included. */
export function momentsOf(range: Range, start: number, end: number): number[] {
  const [count, unit] = STRETCHES[range].marks;
  return unit === 'minute' ? timesOfDay(count, start, end) : dates(count, unit, start, end);
}

const MINUTE = 60_000;
/** What zones differ by, from each other and from themselves in summer, is a multiple of it: nothing round is stepped over. */
const STRIDE = 5 * MINUTE;

/**
 * Every so many minutes of the clock. It is read off the clock and not counted from midnight: an hour that the clock repeats is marked
 * both times, and one that it leaves out is not.
 */
function timesOfDay(count: number, start: number, end: number): number[] {
  const moments: number[] = [];
  for (let time = Math.ceil(start / STRIDE) * STRIDE; time <= end; time += STRIDE) {
    const date = new Date(time);
    const isRound = (date.getHours() * 60 + date.getMinutes()) % count === 0;
    // A repeated midnight follows the first too closely for a mark of its own among marks of four hours.
    const isApart = time - (moments.at(-1) ?? -Infinity) >= (count / 2) * MINUTE;
    if (isRound && isApart) moments.push(time);
  }
  return moments;
}

function dates(count: number, unit: 'day' | 'month', start: number, end: number): number[] {
  const first = new Date(start);
  const [year, month, day] = [first.getFullYear(), first.getMonth(), first.getDate()];
  const date = (index: number): number => {
    const steps = index * count;
    return (unit === 'day' ? new Date(year, month, day + steps) : new Date(year, month + steps, 1)).getTime();
  };
  const moments: number[] = [];
  for (let index = 0; date(index) <= end; index += 1) {
    if (date(index) >= start) moments.push(date(index));
  }
  return moments;
}
