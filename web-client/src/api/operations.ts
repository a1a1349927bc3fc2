/** Hooks for work that takes longer than a request. */
import { useQuery } from '@connectrpc/connect-query';
import { type Operation, Operations } from '@hostler/client';
import { useEffect } from 'react';

import { useApi } from './ApiContext';
import { hasEnded } from './operationFollower';

/** An operation as it goes on, steps included; undefined without an id and until the first answer. */
export function useOperation(operationId: string | undefined): {
  operation: Operation | undefined;
  error: unknown;
} {
  const { operations } = useApi();
  const query = useQuery(
    Operations.method.getOperation,
    { operationId: operationId ?? '' },
    { enabled: Boolean(operationId) },
  );
  const operation = query.data?.operation;
  const goesOn = operation !== undefined && !hasEnded(operation);
  useEffect(() => {
    if (operationId && goesOn) operations.follow(operationId);
  }, [operations, operationId, goesOn]);
  return { operation, error: query.error };
}
