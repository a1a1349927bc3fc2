/** How reads behave unless a page says otherwise. */
import { Code } from '@connectrpc/connect';
import { problemOf } from '@hostler/client';
import type { DefaultOptions } from '@tanstack/react-query';

import { isNetworkFailure } from './problem';

const TRIES = 3;

/** Only what may pass by itself is worth another try; everything else is shown at once. */
export function isTransient(error: unknown): boolean {
  const problem = problemOf(error);
  const { code, reason } = problem;
  return code === Code.Unavailable || reason === 'OVERLOADED' || isNetworkFailure(problem);
}

export const queryDefaults: DefaultOptions = {
  queries: {
    staleTime: 10_000,
    retry: (failures, error) => failures < TRIES && isTransient(error),
    retryDelay: (failures, error) => problemOf(error).retryAfter ?? Math.min(1000 * 2 ** failures, 8000),
    // Calls fail by themselves, with words; the browser's guess about the network is often wrong beside a VPN.
    networkMode: 'always',
  },
  mutations: { retry: false, networkMode: 'always' },
};
