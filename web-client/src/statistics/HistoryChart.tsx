/**
 * A chart over time, on Recharts: of each line the average, and tinted above it what lies between that and the maximum. It weighs more
 * than the rest of the page and is loaded by itself. What it shows is told in words and in a table, too.
 */
import '@mantine/charts/styles.css';
import { CompositeChart, type CompositeChartSeries } from '@mantine/charts';
import { memo, useMemo } from 'react';

import { useFormat } from '@/format/useFormat';

import { type Axis, momentsOf } from './axes';
import { ChartHint } from './ChartHint';
import { CHART_HEIGHT, type Stretch } from './HistoryFigure';
import { lineStyle } from './LineSample';
import type { ChartKind } from './metrics';
import { bandOf, type Row } from './points';
import { STRETCHES } from './ranges';
import { useUnit } from './useUnit';

interface Props {
  readonly kind: ChartKind;
  readonly rows: readonly Row[];
  readonly axis: Axis;
  readonly stretch: Stretch;
  readonly labelledBy: string;
}

const AXIS_WIDTH = 76;

function HistoryChart({ kind, rows, axis, stretch, labelledBy }: Props) {
  const format = useFormat();
  const write = useUnit(kind.unit);
  const { range, start, end } = stretch;
  const { clock } = STRETCHES[range];
  // Its types do not know what it passes on.
  const named = { 'aria-labelledby': labelledBy };
  const series = useMemo(() => seriesOf(kind), [kind]);
  return (
    <CompositeChart
      h={CHART_HEIGHT}
      data={[...rows]}
      dataKey="time"
      series={series}
      curveType="linear"
      connectNulls={false}
      withDots={false}
      strokeWidth={1.75}
      composedChartProps={{ ...named, margin: { top: 6, right: 8 } }}
      // A point between two gaps is a line without length: round ends make it a dot.
      lineProps={{ strokeLinecap: 'round' }}
      areaProps={{ strokeWidth: 0, tooltipType: 'none' }}
      xAxisProps={{
        type: 'number',
        scale: 'time',
        domain: [start, end],
        allowDataOverflow: true,
        ticks: momentsOf(range, start, end),
        tickFormatter: (time: number) => format.clock(new Date(time), clock),
        // One that does not fit leaves the others alone: to keep them equally apart would leave two of seven.
        interval: 'preserveStart',
      }}
      yAxisProps={{
        width: AXIS_WIDTH,
        domain: [0, axis.top],
        ticks: [...axis.marks],
        tickFormatter: write,
        interval: 0,
      }}
      tooltipProps={{
        content: ({ label, payload }) => (
          <ChartHint kind={kind} time={Number(label)} row={payload[0]?.payload as Row | undefined} />
        ),
      }}
    />
  );
}

/** The bands first: lines are drawn above them. */
function seriesOf({ lines }: ChartKind): CompositeChartSeries[] {
  const bands = lines.map((line, index): CompositeChartSeries => ({
    name: bandOf(line),
    type: 'area',
    color: lineStyle(index).color,
  }));
  const averages = lines.map((line, index): CompositeChartSeries => {
    const { color, dashes } = lineStyle(index);
    return { name: line, type: 'line', color, ...(dashes && { strokeDasharray: dashes }) };
  });
  return [...bands, ...averages];
}

export default memo(HistoryChart);
