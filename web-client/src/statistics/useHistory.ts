/** The history of something over a range, read anew now and then. What was shown stays until the next range has come. */
import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import type { HistoryAnswer } from './points';
import { type Range, STRETCHES } from './ranges';

/** More would be finer than a chart is wide. */
const MOST_POINTS = 300;
/** In milliseconds, where no stream adds what happens meanwhile. */
const LONGEST_WAIT = 60_000;

/** Where history is read. */
export interface HistorySource {
  /** What it is the history of. */
  readonly id: string;
  readonly ask: (
    question: { readonly startTime: Timestamp; readonly maxPoints: number },
    options: { readonly signal: AbortSignal },
  ) => Promise<HistoryAnswer>;
  /** What happens meanwhile is added from a stream. */
  readonly live: boolean;
}

export interface History {
  readonly range: Range;
  readonly start: number;
  readonly end: number;
  readonly answer: HistoryAnswer;
}

export function useHistory({ id, ask, live }: HistorySource, range: Range) {
  const { length, refresh } = STRETCHES[range];
  return useQuery({
    queryKey: ['history', id, range],
    queryFn: async ({ signal }): Promise<History> => {
      const end = Date.now();
      const start = end - length;
      const answer = await ask({ startTime: timestampFromMs(start), maxPoints: MOST_POINTS }, { signal });
      return { range, start, end, answer };
    },
    placeholderData: keepPreviousData,
    refetchInterval: range === '1h' && !live ? LONGEST_WAIT : refresh,
  });
}
