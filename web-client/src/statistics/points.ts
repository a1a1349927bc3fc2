/** Points of history: from the answer of a question and from the stream, with gaps where nothing is known. */
import { durationMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type { QueryStatsResponse, ServerStats, StatsMetric } from '@hostler/client';

import { LINES, type LineName, SOURCES } from './metrics';

/** An answer about the history of a server or of a node. */
export type HistoryAnswer = Pick<QueryStatsResponse, 'pointWidth' | 'series'>;

export interface Point {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly average: number;
  readonly maximum: number;
}

export interface Figures {
  readonly lines: Readonly<Record<LineName, readonly Point[]>>;
  /** How much time a point stands for, in milliseconds. */
  readonly width: number;
}

export function pointsOf(answer: HistoryAnswer, wanted: StatsMetric): Point[] {
  const series = answer.series.find(({ metric }) => metric === wanted);
  return (series?.points ?? []).map(({ time, average, maximum }) => ({
    time: time ? timestampMs(time) : 0,
    average,
    maximum,
  }));
}

/** The figures of an answer, and after them those that the stream has told since. */
export function figuresOf(answer: HistoryAnswer, tail: readonly ServerStats[]): Figures {
  const width = Math.max(1000, answer.pointWidth ? durationMs(answer.pointWidth) : 0);
  const lineOf = (line: LineName): Point[] => {
    const { metric, live } = SOURCES[line];
    const history = pointsOf(answer, metric);
    if (!live) return history;
    const end = history.at(-1)?.time ?? 0;
    return [...history, ...gathered(tail, live, width).filter(({ time }) => time > end)];
  };
  return {
    lines: Object.fromEntries(LINES.map((line) => [line, lineOf(line)])) as Record<LineName, Point[]>,
    width,
  };
}

/** Looks of the stream as points of the same kind as history's: one for each multiple of the width. */
export function gathered(
  tail: readonly ServerStats[],
  figure: (stats: ServerStats) => number | undefined,
  width: number,
): Point[] {
  const points: Point[] = [];
  let count = 0;
  for (const stats of tail) {
    const value = figure(stats);
    if (value === undefined || stats.sampleTime === undefined) continue;
    const time = Math.floor(timestampMs(stats.sampleTime) / width) * width;
    const last = points.at(-1);
    if (last?.time === time) {
      const average = (last.average * count + value) / (count + 1);
      points[points.length - 1] = { time, average, maximum: Math.max(last.maximum, value) };
      count += 1;
    } else {
      points.push({ time, average: value, maximum: value });
      count = 1;
    }
  }
  return points;
}

/** Points further apart than this have a gap between them: three times what is usual, as the server has it. */
export function largestStep(points: readonly Point[], width: number): number {
  const steps = points
    .slice(1)
    .map(({ time }, index) => time - (points[index]?.time ?? time))
    .sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? width;
  return 3 * Math.max(width, usual);
}

export interface Summary {
  readonly average: number;
  readonly highest: number;
}

export function summaryOf(points: readonly Point[]): Summary | undefined {
  if (points.length === 0) return undefined;
  const sum = points.reduce((total, { average }) => total + average, 0);
  return {
    average: sum / points.length,
    highest: points.reduce((most, { maximum }) => Math.max(most, maximum), 0),
  };
}

/** What is drawn at one moment: of each line its average, and the band from there to the maximum. Null draws nothing. */
export type Row = { readonly time: number } & Readonly<Record<string, number | readonly number[] | null>>;

export const bandOf = (line: LineName) => `${line}Band`;

/** The lines of one chart as rows, oldest first; a row of nulls breaks a line at a gap. */
export function rowsOf({ lines, width }: Figures, names: readonly LineName[]): Row[] {
  const rows = new Map<number, Record<string, number | readonly number[] | null>>();
  const at = (time: number) => {
    const row = rows.get(time) ?? { time };
    rows.set(time, row);
    return row;
  };
  for (const name of names) {
    const points = lines[name];
    const most = largestStep(points, width);
    let before: number | undefined;
    for (const { time, average, maximum } of points) {
      if (before !== undefined && time - before > most) {
        Object.assign(at(before + width), { [name]: null, [bandOf(name)]: null });
      }
      Object.assign(at(time), { [name]: average, [bandOf(name)]: [average, Math.max(average, maximum)] });
      before = time;
    }
  }
  return [...rows.values()].sort((a, b) => Number(a.time) - Number(b.time)) as Row[];
}
