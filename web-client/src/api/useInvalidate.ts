/** Has what the cache holds of some methods read anew, whatever was asked of them: after a change that they would show. */
import type { DescMethodUnary } from '@bufbuild/protobuf';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import { useCallback } from 'react';

import { useApi } from './ApiContext';

export function useInvalidate(): (...methods: readonly DescMethodUnary[]) => void {
  const { queryClient, transport } = useApi();
  return useCallback(
    (...methods) => {
      for (const schema of methods) {
        const queryKey = createConnectQueryKey({ schema, transport, cardinality: undefined });
        void queryClient.invalidateQueries({ queryKey });
      }
    },
    [queryClient, transport],
  );
}
