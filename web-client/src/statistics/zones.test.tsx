/** Charts and tables say when things were by the viewer's clock, also on the days that it is put forward and back. */
import { waitFor, within } from '@testing-library/react';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

import type { Mark } from '../../test/figures';
import type { Range } from './ranges';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HERE = process.env.TZ;

afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  if (HERE === undefined) delete process.env.TZ;
  else process.env.TZ = HERE;
});

/** The page as it is loaded where the viewer is: formatters are kept, and know the zone that they were made in. */
async function loadedIn(zone: string) {
  process.env.TZ = zone;
  vi.resetModules();
  return import('../../test/figures');
}

/** What the axis says of a stretch that ends at `end`, in a window so wide. */
async function axisIn(zone: string, range: Range, end: number, width = 800): Promise<Mark[]> {
  const { answerWith, drawFigure, layOut, marksOf } = await loadedIn(zone);
  layOut(width);
  const answer = answerWith([end - 4 * MINUTE, end - 2 * MINUTE], 2 * MINUTE);
  const { container, unmount } = await drawFigure({ answer, range, end });
  const marks = await waitFor(() => {
    const drawn = marksOf(container);
    expect(drawn).not.toHaveLength(0);
    return drawn;
  });
  unmount();
  return marks;
}

const labels = (marks: readonly Mark[]) => marks.map(({ label }) => label);

/** How many pixels lie between neighbours. */
const steps = (marks: readonly Mark[]) =>
  marks.slice(1).map(({ x }, index) => Math.round(x - (marks[index]?.x ?? 0)));

const NEW_YORK = 'America/New_York';
const KOLKATA = 'Asia/Kolkata';
/** Clocks in New York go from 2 to 3 at 7:00 UTC, and back from 2 to 1 at 6:00 UTC. */
const SPRING = Date.UTC(2026, 2, 8, 7);
const AUTUMN = Date.UTC(2026, 10, 1, 6);

describe('the axis of time', () => {
  it('is marked at whole hours of a zone that is half an hour off', async () => {
    expect(labels(await axisIn(KOLKATA, '6h', SPRING))).toEqual([
      '07:00 AM',
      '08:00 AM',
      '09:00 AM',
      '10:00 AM',
      '11:00 AM',
      '12:00 PM',
    ]);
    expect(labels(await axisIn(KOLKATA, '24h', SPRING + HOUR))).toEqual([
      '04:00 PM',
      '08:00 PM',
      '12:00 AM',
      '04:00 AM',
      '08:00 AM',
      '12:00 PM',
    ]);
    expect(labels(await axisIn(KOLKATA, '7d', SPRING))).toEqual([
      'Mar 2',
      'Mar 3',
      'Mar 4',
      'Mar 5',
      'Mar 6',
      'Mar 7',
      'Mar 8',
    ]);
  });

  it('leaves out the hour that the clock leaves out', async () => {
    const marks = await axisIn(NEW_YORK, '6h', SPRING + 3.5 * HOUR);
    expect(labels(marks)).toEqual(['12:00 AM', '01:00 AM', '03:00 AM', '04:00 AM', '05:00 AM', '06:00 AM']);
    expect(new Set(steps(marks)).size, 'an hour is as wide as any other').toBe(1);
  });

  it('has both hours that the clock shows twice, and says which is which', async () => {
    const marks = await axisIn(NEW_YORK, '6h', AUTUMN + 2.5 * HOUR);
    expect(labels(marks)).toEqual([
      '11:00 PM',
      '12:00 AM',
      '01:00 AM EDT',
      '01:00 AM EST',
      '02:00 AM',
      '03:00 AM',
    ]);
    expect(new Set(steps(marks)).size, 'an hour is as wide as any other').toBe(1);
  });

  it('is marked while the clock goes through an hour again', async () => {
    expect(labels(await axisIn(NEW_YORK, '1h', AUTUMN + 38 * MINUTE))).toEqual([
      '01:40 AM EDT',
      '01:50 AM EDT',
      '01:00 AM EST',
      '01:10 AM EST',
      '01:20 AM EST',
      '01:30 AM EST',
    ]);
  });

  it.each([
    ['of 23 hours', SPRING, ['Mar 3', 'Mar 4', 'Mar 5', 'Mar 6', 'Mar 7', 'Mar 8', 'Mar 9']],
    ['of 25 hours', AUTUMN, ['Oct 27', 'Oct 28', 'Oct 29', 'Oct 30', 'Oct 31', 'Nov 1', 'Nov 2']],
  ])('has each day once, also one %s', async (_, change, days) => {
    expect(labels(await axisIn(NEW_YORK, '7d', change + 36 * HOUR))).toEqual(days);
  });

  it('keeps its marks when the last of them is at the edge', async () => {
    // A quarter of an hour after midnight: half of the newest day's label would be beyond the chart.
    const midnight = Date.UTC(2026, 5, 10, 4);
    expect(labels(await axisIn(NEW_YORK, '7d', midnight + 15 * MINUTE))).toEqual([
      'Jun 4',
      'Jun 5',
      'Jun 6',
      'Jun 7',
      'Jun 8',
      'Jun 9',
    ]);
  });

  it('leaves labels out where there is no room, and keeps them evenly apart', async () => {
    const marks = await axisIn(NEW_YORK, '24h', AUTUMN + 7 * HOUR, 330);
    expect(marks.length).toBeGreaterThanOrEqual(3);
    expect(new Set(labels(marks)).size).toBe(marks.length);
    const apart = steps(marks);
    expect(Math.max(...apart) - Math.min(...apart)).toBeLessThanOrEqual(25);
  });
});

describe('the table', () => {
  /** Its times, oldest first, in hours after a change of the clock. */
  async function timesIn(zone: string, change: number, hours: readonly number[]): Promise<string[]> {
    const { answerWith, drawFigure } = await loadedIn(zone);
    const answer = answerWith(
      hours.map((hour) => change + hour * HOUR),
      30 * MINUTE,
    );
    const { getByRole } = await drawFigure({ answer, range: '24h', end: change + 12 * HOUR, asTable: true });
    const rows = within(getByRole('table', { name: 'Processor' }))
      .getAllByRole('row')
      .slice(1)
      .reverse();
    return rows.map((row) => {
      const time = row.querySelector('time');
      expect(Date.parse(time?.dateTime ?? '')).toBeGreaterThan(change - 24 * HOUR);
      return (time?.textContent ?? '').replaceAll('\u202f', ' ');
    });
  }

  it.each([
    [
      NEW_YORK,
      SPRING,
      ['Mar 8, 2026, 1:30 AM', 'Mar 8, 2026, 3:00 AM', 'Mar 8, 2026, 3:30 AM', 'Mar 8, 2026, 4:30 AM'],
    ],
    [
      KOLKATA,
      SPRING,
      ['Mar 8, 2026, 12:00 PM', 'Mar 8, 2026, 12:30 PM', 'Mar 8, 2026, 1:00 PM', 'Mar 8, 2026, 2:00 PM'],
    ],
    [
      NEW_YORK,
      AUTUMN,
      [
        'Nov 1, 2026, 1:30 AM EDT',
        'Nov 1, 2026, 1:00 AM EST',
        'Nov 1, 2026, 1:30 AM EST',
        'Nov 1, 2026, 2:30 AM',
      ],
    ],
    [
      KOLKATA,
      AUTUMN,
      ['Nov 1, 2026, 11:00 AM', 'Nov 1, 2026, 11:30 AM', 'Nov 1, 2026, 12:00 PM', 'Nov 1, 2026, 1:00 PM'],
    ],
  ])('has the times of %s around a change of the clock', async (zone, change, times) => {
    expect(await timesIn(zone, change, [-0.5, 0, 0.5, 1.5])).toEqual(times);
  });
});
