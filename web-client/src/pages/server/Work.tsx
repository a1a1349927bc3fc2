/** The work on a server: what goes on, or why the latest did not succeed. It comes from the server, so that a reload shows it again. */
import { OperationState, type Server } from '@hostler/client';
import { useState } from 'react';

import { useMe } from '@/api/me';
import { OperationFailure } from '@/components/OperationFailure';
import { OperationProgress } from '@/components/OperationProgress';

import { onlyLooks } from './obstacles';
import { useLatestWork } from './useLatestWork';

export function Work({ server }: { readonly server: Server }) {
  const me = useMe();
  const [dismissed, setDismissed] = useState('');
  const latest = useLatestWork(server.id).operations?.[0];
  if (latest?.state === OperationState.STUCK) return <OperationFailure operation={latest} />;
  if (server.operationId !== '') {
    return <OperationProgress operationId={server.operationId} cancellable={!onlyLooks(server, me)} />;
  }
  if (latest?.state !== OperationState.FAILED || latest.id === dismissed) return null;
  return <OperationFailure operation={latest} onClose={() => setDismissed(latest.id)} />;
}
