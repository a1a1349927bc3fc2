import { Catalog, HypervisorState, Operations, Users } from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { anOperation, aTariff, aUser } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { signedInAs, SUPPORT } from '../../../test/staff';

describe('the overview', () => {
  it('counts what wants attention, and names what is missing before the first order', async () => {
    const { findByText, findByRole } = await renderApp({
      at: '/operator',
      server: (r) => {
        signedInAs(r, SUPPORT);
        r.rpc(Users.method.listUsers, () => ({}));
        r.rpc(Operations.method.listOperations, () => ({
          operations: [anOperation({ id: '1' }), anOperation({ id: '2' })],
        }));
        r.rpc(Catalog.method.listHypervisors, () => ({
          hypervisors: [{ name: 'main', kind: 'proxmox', state: HypervisorState.AVAILABLE }],
        }));
        r.rpc(Catalog.method.listIpPools, () => ({}));
        r.rpc(Catalog.method.listOperatingSystems, () => ({}));
        r.rpc(Catalog.method.listTariffs, () => ({ tariffs: [aTariff()] }));
      },
    });
    await findByText('2 stuck operations');
    await findByText('All hypervisors answer.');
    const list = within(await findByRole('region', { name: 'Before the first order' }));
    expect(list.getAllByRole('listitem').map((item) => item.textContent.slice(-7))).toEqual([
      expect.stringMatching(/Done$/),
      'Missing',
      'Missing',
      expect.stringMatching(/Done$/),
    ]);
  });

  it('does not exist for customers', async () => {
    const { findByRole, queryByRole } = await renderApp({
      at: '/operator',
      server: (r) => signedInAs(r, aUser()),
    });
    await findByRole('heading', { name: 'There is nothing here' });
    expect(queryByRole('link', { name: 'Overview' })).toBeNull();
  });
});
