/** A point in time: how long ago at a glance, the exact moment in the viewer's zone on hover and for readers of screens. */
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate } from '@bufbuild/protobuf/wkt';

import { type Format, useFormat } from '@/format/useFormat';
import { useNow } from '@/format/useNow';

interface Props {
  /** Unset shows a dash. */
  readonly value: Timestamp | undefined;
  /** The exact moment in place of the distance. */
  readonly exact?: boolean;
}

export function Time({ value, exact = false }: Props) {
  return <Moment value={value} format={useFormat()} now={useNow(!exact)} />;
}

interface MomentProps {
  readonly value: Timestamp | undefined;
  readonly format: Format;
  /** Undefined shows the exact moment. */
  readonly now: Date | undefined;
}

/** The same for rows of long lists, whose list has the clock and the words at hand. */
export function Moment({ value, format, now }: MomentProps) {
  if (!value) return <span>–</span>;
  const moment = format.dateTime(value);
  return (
    <time dateTime={timestampDate(value).toISOString()} title={moment} style={{ whiteSpace: 'nowrap' }}>
      {now ? format.relative(value, now) : moment}
    </time>
  );
}
