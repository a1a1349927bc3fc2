import { create } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { QueryStatsResponseSchema, type ServerStats, ServerStatsSchema, StatsMetric } from '@hostler/client';
import { describe, expect, it } from 'vitest';

import { axisOf, momentsOf } from './axes';
import { figuresOf, gathered, type Point, rowsOf, summaryOf } from './points';

const look = (seconds: number, cpuRatio?: number): ServerStats =>
  create(ServerStatsSchema, {
    sampleTime: timestampFromMs(seconds * 1000),
    ...(cpuRatio !== undefined && { cpuRatio }),
  });
const cpuOf = ({ cpuRatio }: ServerStats) => cpuRatio;
const point = (seconds: number, average: number, maximum = average): Point => ({
  time: seconds * 1000,
  average,
  maximum,
});

describe('looks of the stream', () => {
  it('become points as wide as those of history, without those that are not known', () => {
    const looks = [look(60, 0.1), look(62, 0.3), look(64), look(90, 0.5)];
    expect(gathered(looks, cpuOf, 30_000)).toEqual([point(60, 0.2, 0.3), point(90, 0.5)]);
  });

  it('come after what history has, and do not repeat it', () => {
    const answer = create(QueryStatsResponseSchema, {
      pointWidth: durationFromMs(30_000),
      series: [
        {
          metric: StatsMetric.CPU_RATIO,
          points: [{ time: timestampFromMs(60_000), average: 0.1, maximum: 0.1, count: 1n }],
        },
      ],
    });
    const { lines } = figuresOf(answer, [look(62, 0.9), look(95, 0.5)]);
    expect(lines.cpu).toEqual([point(60, 0.1), point(90, 0.5)]);
  });
});

describe('rows', () => {
  const figures = (points: Point[]) => ({ ...figuresOf(create(QueryStatsResponseSchema), []), points });
  const drawn = (points: Point[], width: number) => {
    const { lines } = figures(points);
    return rowsOf({ lines: { ...lines, cpu: points }, width }, ['cpu']).map(({ time, cpu }) => [
      time / 1000,
      cpu,
    ]);
  };

  it('break a line where nothing is known', () => {
    expect(drawn([point(0, 1), point(30, 2), point(60, 3), point(600, 4), point(630, 5)], 30_000)).toEqual([
      [0, 1],
      [30, 2],
      [60, 3],
      [90, null],
      [600, 4],
      [630, 5],
    ]);
  });

  it('do not take looks that are further apart than points are wide for gaps', () => {
    const points = [0, 30, 60, 90].map((seconds) => point(seconds, 1));
    expect(drawn(points, 10_000)).toHaveLength(4);
  });

  it('reach from the average to the maximum', () => {
    const { lines } = figures([]);
    expect(rowsOf({ lines: { ...lines, cpu: [point(0, 0.2, 0.8)] }, width: 1000 }, ['cpu'])).toEqual([
      { time: 0, cpu: 0.2, cpuBand: [0.2, 0.8] },
    ]);
  });
});

it('a line is summed up by its mean and its highest', () => {
  expect(summaryOf([point(0, 0.1, 0.2), point(1, 0.3, 0.9)])).toEqual({ average: 0.2, highest: 0.9 });
  expect(summaryOf([])).toBeUndefined();
});

describe('axes', () => {
  const GIB = 1024 ** 3;

  it('are marked at round figures, and are as high as the limit', () => {
    expect(axisOf('size', 1, 4 * GIB)).toEqual({ top: 4 * GIB, marks: [0, 1, 2, 3, 4].map((n) => n * GIB) });
    expect(axisOf('rate', 900 * 1024, undefined).marks).toEqual(
      [0, 250, 500, 750, 1000].map((n) => n * 1024),
    );
    expect(axisOf('share', 0.01, undefined).top).toBe(1);
  });

  it('do not make rest look like work', () => {
    expect(axisOf('rate', 3, undefined).top).toBe(4096);
  });

  it('are marked at round moments where the viewer is', () => {
    const start = new Date(2026, 2, 28, 9, 7).getTime();
    const end = new Date(2026, 2, 28, 10, 7).getTime();
    expect(momentsOf('1h', start, end).map((time) => new Date(time).getMinutes())).toEqual([
      10, 20, 30, 40, 50, 0,
    ]);
    const days = momentsOf('7d', new Date(2026, 2, 26, 5).getTime(), new Date(2026, 3, 2, 5).getTime());
    expect(days.map((time) => new Date(time).getHours())).toEqual([0, 0, 0, 0, 0, 0, 0]);
    const months = momentsOf('1y', new Date(2025, 2, 26).getTime(), new Date(2026, 2, 26).getTime());
    expect(months.map((time) => new Date(time).getDate())).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
