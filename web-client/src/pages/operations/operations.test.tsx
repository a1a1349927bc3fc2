import { Operations, OperationState, Servers, StepDirection, StepStatus, Users } from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { anOperation, aServer, aUser } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs, SUPPORT } from '../../../test/staff';

const STUCK = anOperation({
  state: OperationState.STUCK,
  error: { reason: 'HYPERVISOR_REJECTED', message: 'the guest is locked', detail: 'CT is locked (backup)' },
  steps: [
    {
      name: 'create_guest',
      text: 'Creating the guest',
      direction: StepDirection.UNDO,
      status: StepStatus.FAILED,
      attempt: 3,
      detail: 'lxc 101: locked',
    },
  ],
});

function showOperation(me: typeof OPERATOR, retry = vi.fn()) {
  let now = STUCK;
  return renderApp({
    at: `/operator/operations/${STUCK.id}`,
    server: (r) => {
      signedInAs(r, me);
      r.rpc(Users.method.listUsers, () => ({ users: [aUser()] }));
      r.rpc(Servers.method.getServer, () => ({ server: aServer({ name: 'web-1' }) }));
      r.rpc(Operations.method.getOperation, () => ({ operation: now }));
      r.rpc(Operations.method.retryOperation, ({ operationId }) => {
        retry(operationId);
        now = anOperation();
        return { operation: now };
      });
      r.rpc(Operations.method.watchOperation, async function* () {
        yield { operation: anOperation({ state: OperationState.RUNNING }) };
        await Promise.resolve();
        yield { operation: anOperation({ state: OperationState.SUCCEEDED }) };
      });
    },
  });
}

describe('the page of an operation', () => {
  it('shows why it is stuck, retries it, and follows it to its end', async () => {
    const retry = vi.fn();
    const { findByRole, findByText, findAllByText, user } = await showOperation(OPERATOR, retry);
    await findByText('CT is locked (backup)');
    await findByText('lxc 101: locked');
    await findByText('Try 3');
    expect(await findByRole('link', { name: 'web-1' })).toBeVisible();

    await user.click(await findByRole('button', { name: 'Retry' }));
    expect(await findAllByText('Done')).not.toEqual([]);
    expect(retry).toHaveBeenCalledExactlyOnceWith(STUCK.id);
  });

  it('lets support look and not retry', async () => {
    const { findByText, queryByRole } = await showOperation(SUPPORT);
    await findByText('CT is locked (backup)');
    expect(queryByRole('button', { name: 'Retry' })).toBeNull();
  });
});
