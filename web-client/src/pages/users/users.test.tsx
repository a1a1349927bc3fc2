import {
  type ListUsersRequest,
  type UpdateUserRequest,
  Servers,
  UserRole,
  Users,
  UserState,
} from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { aUser } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs, SUPPORT } from '../../../test/staff';

describe('the list of users', () => {
  it('loads more by the token of the page before, and filters by the address', async () => {
    const asked: ListUsersRequest[] = [];
    const { findByRole, queryByRole, router, user } = await renderApp({
      at: '/operator/users?role=customer',
      server: (r) => {
        signedInAs(r, SUPPORT);
        r.rpc(Users.method.listUsers, (request) => {
          asked.push(request);
          return request.pageToken === ''
            ? { users: [aUser({ id: '1', email: 'first@example.org' })], nextPageToken: 'second' }
            : { users: [aUser({ id: '2', email: 'second@example.org' })] };
        });
      },
    });
    await findByRole('row', { name: /first@example\.org/ });
    await user.click(await findByRole('button', { name: 'Show more' }));
    await findByRole('row', { name: /second@example\.org/ });
    expect(await findByRole('row', { name: /first@example\.org/ })).toBeVisible();
    expect(queryByRole('button', { name: 'Show more' })).toBeNull();
    expect(asked.at(-1)).toMatchObject({ pageToken: 'second', role: UserRole.CUSTOMER });

    await user.type(await findByRole('searchbox'), 'ann');
    await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ pageToken: '', email: 'ann' }));
    expect(router.state.location.search).toBe('?role=customer&q=ann');
  });
});

describe('the page of a user', () => {
  const ann = aUser({ id: 'ann', email: 'ann@example.org', etag: 'first' });

  it('suspends after a question', async () => {
    const sent: UpdateUserRequest[] = [];
    let now = ann;
    const { findByRole, user } = await renderApp({
      at: '/operator/users/ann',
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(Users.method.getUser, () => ({ user: now }));
        r.rpc(Servers.method.listServers, () => ({}));
        r.rpc(Users.method.updateUser, (request) => {
          sent.push(request);
          now = aUser({ ...ann, state: UserState.SUSPENDED, etag: 'second' });
          return { user: now };
        });
      },
    });
    await user.click(await findByRole('button', { name: 'Suspend' }));
    const dialog = await findByRole('dialog', { name: 'Suspend ann@example.org?' });
    expect(sent).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Suspend' }));
    await findByRole('button', { name: 'Activate' });
    expect(sent).toMatchObject([
      { user: { id: 'ann', state: UserState.SUSPENDED }, updateMask: { paths: ['state'] } },
    ]);
  });

  it('offers support nothing that it may not do', async () => {
    const { findByRole, findByText, queryByRole } = await renderApp({
      at: '/operator/users/ann',
      server: (r) => {
        signedInAs(r, SUPPORT);
        r.rpc(Users.method.getUser, () => ({ user: ann }));
        r.rpc(Servers.method.listServers, () => ({}));
      },
    });
    await findByRole('heading', { level: 1, name: 'ann@example.org' });
    await findByText('No servers.');
    expect(queryByRole('button', { name: 'Suspend' })).toBeNull();
    expect(queryByRole('button', { name: 'Save' })).toBeNull();
  });
});
