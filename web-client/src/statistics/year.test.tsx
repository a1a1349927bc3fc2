/** A year on the screen, of which a server has been there for nine months. */
import { waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { answerWith, drawFigure, layOut, marksOf } from '../../test/figures';
import type { Language } from '@/i18n/languages';

const DAY = 24 * 3_600_000;
/** As the server answers a year: 300 points would be finer than its figures are round. */
const WIDTH = 2 * DAY;
const END = Date.UTC(2026, 2, 26, 15);
const START = END - 365 * DAY;
const BORN = Date.UTC(2025, 5, 20);
/** Nothing was measured from the one to the other. */
const AWAY = [Date.UTC(2025, 9, 5), Date.UTC(2025, 9, 25)] as const;

const times = Array.from({ length: 183 }, (_, index) => Math.floor(START / WIDTH + index) * WIDTH).filter(
  (time) => time >= BORN && time <= END && !(time >= AWAY[0] && time < AWAY[1]),
);
/** Little in one month, much in the next. */
const usedAt = (time: number) => (new Date(time).getUTCMonth() % 2 === 0 ? 0.2 : 0.8);
const answer = () => answerWith(times, WIDTH, { cpu: usedAt });

/** Where the plot is, in a picture of 800 pixels. */
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 792, 6, 170];
const momentAt = (x: number) => START + ((x - LEFT) / (RIGHT - LEFT)) * (END - START);
const shareAt = (y: number) => (BOTTOM - y) / (BOTTOM - TOP);

async function drawn(language: Language = 'en') {
  layOut(800);
  const { container } = await drawFigure({ answer: answer(), range: '1y', end: END, language });
  const line = await waitFor(() => {
    const path = container.querySelector('path.recharts-line-curve')?.getAttribute('d');
    expect(path).toContain('L');
    return path ?? '';
  });
  return { container, pieces: line.split('M').slice(1).map(cornersOf) };
}

/** The corners of a piece of a line, as moments and shares. */
function cornersOf(piece: string) {
  return piece.split('L').map((corner) => {
    const [x = Number.NaN, y = Number.NaN] = corner.split(',').map(Number);
    return { time: momentAt(x), share: shareAt(y) };
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a year', () => {
  it.each([
    ['en', ['May 2025', 'Jul 2025', 'Sep 2025', 'Nov 2025', 'Jan 2026', 'Mar 2026']],
    ['ru', ['май 2025 г.', 'июль 2025 г.', 'сент. 2025 г.', 'нояб. 2025 г.', 'янв. 2026 г.', 'март 2026 г.']],
    ['ja', ['2025年5月', '2025年7月', '2025年9月', '2025年11月', '2026年1月', '2026年3月']],
  ] as const)('is marked by its months in %s, where they begin', async (language, months) => {
    const { container } = await drawn(language);
    const marks = marksOf(container);
    expect(marks.map(({ label }) => label)).toEqual(months);
    for (const [index, { x }] of marks.entries()) {
      const month = new Date(2025, 4 + 2 * index).getTime();
      // To the pixel, which is half a day.
      expect(Math.abs(momentAt(x) - month)).toBeLessThan(DAY / 2);
    }
  });

  it('has a corner of the line for each point, where and as high as it belongs', async () => {
    const { pieces } = await drawn();
    const corners = pieces.flat();
    expect(times.length).toBeGreaterThan(120);
    expect(corners).toHaveLength(times.length);
    for (const [index, { time, share }] of corners.entries()) {
      const meant = times[index] ?? 0;
      expect(Math.abs(time - meant), new Date(meant).toISOString()).toBeLessThan(DAY / 10);
      expect(share, new Date(meant).toISOString()).toBeCloseTo(usedAt(meant), 3);
    }
  });

  it('is empty before there was a server, and broken where nothing was measured', async () => {
    const { pieces } = await drawn();
    expect(pieces).toHaveLength(2);
    const [first = [], second = []] = pieces;
    const days = (time = Number.NaN) => new Date(time + DAY / 10).toISOString().slice(0, 10);
    const ends = [first[0], first.at(-1), second[0], second.at(-1)].map((corner) => days(corner?.time));
    const last = times.findLast((time) => time < AWAY[0]);
    expect(ends).toEqual([times[0], last, times.find((time) => time >= AWAY[1]), times.at(-1)].map(days));
  });

  it('has a row for each point in its table', async () => {
    const { getByRole } = await drawFigure({ answer: answer(), range: '1y', end: END, asTable: true });
    const rows = within(getByRole('table', { name: 'Processor' }))
      .getAllByRole('row')
      .slice(1)
      .reverse();
    expect(rows.map((row) => row.querySelector('time')?.dateTime)).toEqual(
      times.map((time) => new Date(time).toISOString()),
    );
    expect(rows.map((row) => row.lastElementChild?.textContent)).toEqual(
      times.map((time) => (usedAt(time) === 0.2 ? '20%' : '80%')),
    );
  });
});
