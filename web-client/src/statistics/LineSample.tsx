/** A piece of a line, to tell which is which: by its colour, and by its dashes. */
export const LINE_STYLES = [
  { color: 'var(--hostler-chart-1)', dashes: undefined },
  { color: 'var(--hostler-chart-2)', dashes: '6 3' },
] as const;

export function lineStyle(index: number) {
  return LINE_STYLES[index] ?? LINE_STYLES[0];
}

export function LineSample({ index }: { readonly index: number }) {
  const { color, dashes } = lineStyle(index);
  return (
    <svg width={22} height={8} aria-hidden style={{ flex: 'none' }}>
      <line x1={1} x2={21} y1={4} y2={4} stroke={color} strokeWidth={2} strokeDasharray={dashes} />
    </svg>
  );
}
