/** A figure of the statistics by itself, drawn at a size: jsdom has none. */
import { create } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type QueryStatsResponse, QueryStatsResponseSchema } from '@hostler/client';
import { MantineProvider } from '@mantine/core';
import { render } from '@testing-library/react';
import { I18nextProvider } from 'react-i18next';
import { vi } from 'vitest';

import { needTexts, startI18n } from '@/i18n/i18n';
import type { Language } from '@/i18n/languages';
import { HistoryFigure } from '@/statistics/HistoryFigure';
import { CHARTS, type ChartKind, type LineName, SOURCES } from '@/statistics/metrics';
import { figuresOf } from '@/statistics/points';
import { type Range, STRETCHES } from '@/statistics/ranges';
import { cssVariables, theme } from '@/theme/theme';

/** About as wide as a letter of an axis is. */
const LETTER = 6.2;
const LINE = 14;
const HEIGHT = 200;

/** Gives charts a width, and letters theirs: what an axis has room for is the chart's own decision. */
export function layOut(width: number): void {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    return this.id === 'recharts_measurement_span'
      ? new DOMRect(0, 0, this.textContent.length * LETTER, LINE)
      : new DOMRect(0, 0, width, HEIGHT);
  });
}

interface Figure {
  readonly chart?: ChartKind['name'];
  readonly answer: QueryStatsResponse;
  readonly range: Range;
  /** When it is looked at. */
  readonly end: number;
  readonly asTable?: boolean;
  readonly language?: Language;
}

export async function drawFigure({
  chart = 'cpu',
  answer,
  range,
  end,
  asTable = false,
  language = 'en',
}: Figure) {
  const kind = CHARTS.find(({ name }) => name === chart);
  if (!kind) throw new Error(`no chart is called ${chart}`);
  const i18n = await startI18n(language);
  await needTexts(i18n, ['customer']);
  const stretch = { range, start: end - STRETCHES[range].length, end };
  return render(
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
        <HistoryFigure
          kind={kind}
          source={{ figures: figuresOf(answer, []), answer, stretch }}
          turn={0}
          asTable={asTable}
        />
      </MantineProvider>
    </I18nextProvider>,
  );
}

/** An answer with a point of each line at each of the times. */
export function answerWith(
  times: readonly number[],
  width: number,
  figures: Partial<Record<LineName, (time: number) => number>> = { cpu: () => 0.5 },
): QueryStatsResponse {
  return create(QueryStatsResponseSchema, {
    pointWidth: durationFromMs(width),
    series: Object.entries(figures).map(([line, figure]) => ({
      metric: SOURCES[line as LineName].metric,
      points: times.map((time) => ({
        time: timestampFromMs(time),
        average: figure(time),
        maximum: figure(time),
        count: 1n,
      })),
    })),
  });
}

export interface Mark {
  readonly label: string;
  /** Pixels from the left. */
  readonly x: number;
}

/** What the axis of time says, from left to right. */
export function marksOf(container: Element): Mark[] {
  const texts = [...container.querySelectorAll('.recharts-xAxis-tick-labels text')];
  return texts.map((text) => ({
    label: text.textContent.replaceAll('\u202f', ' '),
    x: Number(text.getAttribute('x')),
  }));
}
