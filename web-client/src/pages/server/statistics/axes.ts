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

/** `limit` is as high as the chart is; without one it is as high as its figures. */
export function axisOf(unit: Unit, highest: number, limit: number | undefined): Axis {
  if (unit === 'share') return { top: 1, marks: [0, 0.25, 0.5, 0.75, 1] };
  const most = limit ?? Math.max(highest, LEAST);
  const rough = most / MARKS;
  const power = 1024 ** Math.max(0, Math.floor(Math.log(rough) / Math.log(1024)));
  const step = (ROUND.find((round) => round * power >= rough) ?? 1024) * power;
  const top = limit ?? Math.ceil(most / step) * step;
  const marks: number[] = [];
  for (let mark = 0; mark <= top; mark += step) marks.push(mark);
  return { top, marks };
}

/** Moments within the stretch that are round where the viewer is, days of 23 and 25 hours included. */
export function momentsOf(range: Range, start: number, end: number): number[] {
  const [count, unit] = STRETCHES[range].marks;
  const first = new Date(start);
  const [year, month, day] = [first.getFullYear(), first.getMonth(), first.getDate()];
  const moment = (index: number): number => {
    const steps = index * count;
    switch (unit) {
      case 'minute':
        return new Date(year, month, day, 0, steps).getTime();
      case 'day':
        return new Date(year, month, day + steps).getTime();
      case 'month':
        return new Date(year, month + steps, 1).getTime();
    }
  };
  const moments: number[] = [];
  for (let index = 0; moment(index) <= end; index += 1) {
    const time = moment(index);
    // An hour that the clock repeats or leaves out must not be marked twice.
    if (time >= start && time !== moments.at(-1)) moments.push(time);
  }
  return moments;
}
