import { create } from '@bufbuild/protobuf';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { type ApiToken, ApiTokenSchema, Auth, type CreateApiTokenRequest, Users } from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { aUser, refusal, tokens } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';

function showAccount(tab: string, more: (router: ConnectRouter) => void) {
  return renderApp({
    at: `/account?tab=${tab}`,
    server: (r) => {
      r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
      r.rpc(Users.method.getMe, () => ({ user: aUser() }));
      more(r);
    },
  });
}

describe('the account', () => {
  it('shows a new token once', async () => {
    const made: ApiToken[] = [];
    const asked: CreateApiTokenRequest[] = [];
    const { findByRole, findByLabelText, findByText, queryByText, user } = await showAccount(
      'tokens',
      (r) => {
        r.rpc(Auth.method.listApiTokens, () => ({ apiTokens: made }));
        r.rpc(Auth.method.createApiToken, (request) => {
          asked.push(request);
          const { name, scopes } = request;
          const apiToken = create(ApiTokenSchema, { id: 'token-1', name, scopes, prefix: 'hst_ab' });
          made.push(apiToken);
          return { apiToken, secret: 'hst_abcdef' };
        });
      },
    );
    await user.click(await findByRole('button', { name: 'Create a token' }));
    await user.type(await findByLabelText('Name'), 'backup');
    const dialog = await findByRole('dialog');
    await user.click(dialog.querySelector('button[type=submit]') as Element);
    await findByText('Choose at least one.');
    await user.click(await findByLabelText('See servers'));
    await user.click(dialog.querySelector('button[type=submit]') as Element);

    await findByText('hst_abcdef');
    expect(asked).toMatchObject([{ name: 'backup', scopes: ['servers.read'] }]);
    expect(asked[0]?.expireTime).toBeDefined();
    await user.click(await findByRole('button', { name: 'Close' }));
    await vi.waitFor(() => expect(queryByText('hst_abcdef')).toBeNull());
    await findByText('hst_ab…');
  });

  it('says beside the fields what is wrong with a password', async () => {
    const { findByRole, findByLabelText, findByText, user } = await showAccount('password', (r) => {
      r.rpc(Auth.method.changePassword, () => {
        throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
          violations: [
            { field: 'current_password', description: 'is wrong' },
            { field: 'new_password', description: 'must not contain your e-mail address' },
          ],
        });
      });
    });
    await user.type(await findByLabelText('Present password'), 'wrong password');
    await user.type(await findByLabelText('New password'), 'ann@example.org');
    await user.type(await findByLabelText('Repeat the password'), 'ann@example');
    await user.click(await findByRole('button', { name: 'Change the password' }));
    await findByText('The two passwords differ.');

    await user.type(await findByLabelText('Repeat the password'), '.org');
    await user.click(await findByRole('button', { name: 'Change the password' }));
    await findByText('This is not the present password.');
    expect(await findByLabelText('New password')).toHaveAccessibleDescription(/too easy to guess/);
    expect(await findByLabelText('Present password')).toHaveFocus();
  });

  it('ends a session of another device', async () => {
    const ended: string[] = [];
    const { findByRole, findByText, user } = await showAccount('sessions', (r) => {
      r.rpc(Auth.method.listSessions, () => ({
        sessions: [
          { id: 'session-1', deviceName: 'Firefox, Linux', address: '192.0.2.1', current: true },
          ...(ended.length === 0
            ? [{ id: 'session-2', deviceName: 'Safari, iPhone', address: '192.0.2.2' }]
            : []),
        ],
      }));
      r.rpc(Auth.method.revokeSession, ({ sessionId }) => {
        ended.push(sessionId);
        return {};
      });
    });
    await findByText('This device');
    const end = await findByRole('button', { name: 'End the session Safari, iPhone' });
    await user.click(end);
    await vi.waitFor(() => expect(end).not.toBeInTheDocument());
    expect(ended).toEqual(['session-2']);
  });
});
