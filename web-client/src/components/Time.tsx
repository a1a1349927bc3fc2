/** A point in time: how long ago at a glance, the exact moment in the viewer's zone on hover and for readers of screens. */
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { useEffect, useState } from 'react';

import { useFormat } from '@/format/useFormat';

interface Props {
  /** Unset shows a dash. */
  readonly value: Timestamp | undefined;
  /** The exact moment in place of the distance. */
  readonly exact?: boolean;
}

const TICK = 30_000;

export function Time({ value, exact = false }: Props) {
  const format = useFormat();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (exact) return;
    const timer = setInterval(() => setNow(new Date()), TICK);
    return () => clearInterval(timer);
  }, [exact]);
  if (!value) return <span>–</span>;
  const moment = format.dateTime(value);
  return (
    <time dateTime={timestampDate(value).toISOString()} title={moment} style={{ whiteSpace: 'nowrap' }}>
      {exact ? moment : format.relative(value, now)}
    </time>
  );
}
