import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Audit, AuditOutcome, type ListAuditEventsRequest, Users } from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { aUser } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs } from '../../../test/staff';
import { addressOf, fieldOf } from './request';

describe('the audit log', () => {
  it('asks for what the address names, and shows all that an event says', async () => {
    const asked: ListAuditEventsRequest[] = [];
    const { findByRole, user } = await renderApp({
      at: '/operator/audit?outcome=refused&from=2026-01-02T03:04:00.000Z',
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(Users.method.listUsers, () => ({ users: [aUser({ id: 'ann' })] }));
        r.rpc(Audit.method.listAuditEvents, (request) => {
          asked.push(request);
          return {
            auditEvents: [
              {
                id: '1',
                userId: 'ann',
                action: 'Servers.DeleteServer',
                outcome: AuditOutcome.REFUSED,
                reason: 'SCOPE_REQUIRED',
                credential: 'token:7',
              },
            ],
          };
        });
      },
    });
    const row = await findByRole('row', { name: /Servers\.DeleteServer/ });
    await within(row).findByRole('link', { name: 'ann@example.org' });
    expect(asked[0]).toMatchObject({
      outcome: AuditOutcome.REFUSED,
      startTime: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4)),
    });

    await user.click(within(row).getByRole('button', { name: 'Details of Servers.DeleteServer' }));
    const dialog = within(await findByRole('dialog', { name: 'Servers.DeleteServer' }));
    expect(dialog.getByText('SCOPE_REQUIRED')).toBeVisible();
    expect(dialog.getByText('token:7')).toBeVisible();
  });

  it('keeps moments as UTC in the address and shows them in the viewer’s zone', () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    expect(fieldOf('2026-01-02T03:04:00.000Z')).toBe('2026-01-02T12:04');
    expect(addressOf('2026-01-02T12:04')).toBe('2026-01-02T03:04:00.000Z');
    expect(fieldOf('nonsense')).toBe('');
    vi.unstubAllEnvs();
  });
});
