/** The work on a server: what goes on, or why the latest did not succeed. It comes from the server, so that a reload shows it again. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type Operation, OperationState, type Server } from '@hostler/client';
import { useState } from 'react';

import { useMe } from '@/api/me';
import { OperationFailure } from '@/work/OperationFailure';
import { OperationProgress } from '@/work/OperationProgress';

import { onlyLooks } from './obstacles';
import { useLatestWork } from './useLatestWork';

/** A failure that is older is told in the list of the latest work only. */
const RECENT = 24 * 3_600_000;

export function Work({ server }: { readonly server: Server }) {
  const me = useMe();
  const [dismissed, setDismissed] = useState('');
  const [opened] = useState(Date.now);
  const latest = useLatestWork(server.id).operations?.[0];
  if (latest?.state === OperationState.STUCK) return <OperationFailure operation={latest} />;
  if (server.operationId !== '') {
    return <OperationProgress operationId={server.operationId} cancellable={!onlyLooks(server, me)} />;
  }
  if (!latest || !failedSince(opened - RECENT, latest) || latest.id === dismissed) return null;
  return <OperationFailure operation={latest} onClose={() => setDismissed(latest.id)} />;
}

function failedSince(moment: number, { state, endTime }: Operation): boolean {
  return state === OperationState.FAILED && (endTime === undefined || timestampMs(endTime) >= moment);
}
