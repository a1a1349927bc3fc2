/** The history of a server over a range, read anew now and then. What was shown stays until the next range has come. */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Monitoring, type QueryStatsResponse } from '@hostler/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { useClient } from '@/api/useClient';

import { type Range, STRETCHES } from './ranges';

/** More would be finer than a chart is wide. */
const MOST_POINTS = 300;

export interface History {
  readonly range: Range;
  readonly start: number;
  readonly end: number;
  readonly answer: QueryStatsResponse;
}

export function useHistory(serverId: string, range: Range) {
  const client = useClient(Monitoring);
  return useQuery({
    queryKey: ['history', serverId, range],
    queryFn: async ({ signal }): Promise<History> => {
      const end = Date.now();
      const start = end - STRETCHES[range].length;
      const answer = await client.queryStats(
        { serverId, startTime: timestampFromMs(start), maxPoints: MOST_POINTS },
        { signal },
      );
      return { range, start, end, answer };
    },
    placeholderData: keepPreviousData,
    refetchInterval: STRETCHES[range].refresh,
  });
}
