import { Code } from '@connectrpc/connect';
import { Auth, Servers, Users } from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { aUser, refusal, tokens } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';

describe('signing in', () => {
  it('leads on to the page that was asked for', async () => {
    const { findByLabelText, findByRole, user, router } = await renderApp({
      at: '/servers?q=web',
      signedIn: false,
      server: (r) => {
        r.rpc(Auth.method.signIn, ({ email, password }) => {
          expect({ email, password }).toEqual({ email: 'ann@example.org', password: 'correct horse' });
          return { tokens: tokens(), user: aUser() };
        });
        r.rpc(Users.method.getMe, () => ({ user: aUser() }));
        r.rpc(Servers.method.watchServers, async function* () {
          yield { event: { case: 'snapshot' as const, value: { servers: [], last: true } } };
          await new Promise(() => {});
        });
      },
    });
    await user.type(await findByLabelText('E-mail address'), 'ann@example.org');
    await user.type(await findByLabelText('Password'), 'correct horse');
    await user.click(await findByRole('button', { name: 'Sign in' }));
    await findByRole('heading', { name: 'Servers' });
    expect(router.state.location.pathname + router.state.location.search).toBe('/servers?q=web');
  });

  it('says in the form that the password is wrong', async () => {
    const { findByLabelText, findByRole, user } = await renderApp({
      at: '/sign-in',
      signedIn: false,
      language: 'ru',
      server: (r) => {
        r.rpc(Auth.method.signIn, () => {
          throw refusal(Code.Unauthenticated, 'BAD_CREDENTIALS');
        });
      },
    });
    await user.type(await findByLabelText('Электронная почта'), 'ann@example.org');
    await user.type(await findByLabelText('Пароль'), 'wrong');
    await user.click(await findByRole('button', { name: 'Войти' }));
    expect(await findByRole('alert')).toHaveTextContent('Неверный адрес или пароль.');
  });

  it('checks the fields before it sends anything', async () => {
    const signIn = vi.fn(() => ({}));
    const { findByLabelText, findByRole, findByText, user } = await renderApp({
      at: '/sign-in',
      signedIn: false,
      server: (r) => r.rpc(Auth.method.signIn, signIn),
    });
    await user.click(await findByRole('button', { name: 'Sign in' }));
    await findByText('An e-mail address looks like name@example.org.');
    expect(await findByLabelText('E-mail address')).toHaveFocus();
    expect(signIn).not.toHaveBeenCalled();
  });
});

describe('signing up', () => {
  it('puts what the server finds wrong beside the field', async () => {
    const { findByLabelText, findByRole, user } = await renderApp({
      at: '/sign-up',
      signedIn: false,
      server: (r) => {
        r.rpc(Auth.method.signUp, () => {
          throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
            violations: [
              {
                field: 'password',
                description: 'is one of the passwords that are tried first; choose another one',
              },
              { field: 'display_name', description: 'must be one line without control characters' },
            ],
          });
        });
      },
    });
    await user.type(await findByLabelText('E-mail address'), 'ann@example.org');
    await user.type(await findByLabelText('Password'), 'password12345');
    await user.click(await findByRole('button', { name: 'Create the account' }));
    await vi.waitFor(async () =>
      expect(await findByLabelText('Password')).toHaveAccessibleDescription(/too easy to guess/),
    );
    expect(await findByLabelText('Name')).toHaveAccessibleDescription(/One line without control characters/);
    expect(await findByLabelText('Password')).toHaveFocus();
  });
});

describe('mailed links', () => {
  it('verify the address once and leave no token in the address', async () => {
    const verified: string[] = [];
    const { findByText, router } = await renderApp({
      at: '/verify-email#token=abc',
      signedIn: false,
      server: (r) => {
        r.rpc(Auth.method.verifyEmail, ({ token }) => {
          verified.push(token);
          return {};
        });
      },
    });
    await findByText('The address is confirmed. You can sign in now.');
    expect(verified).toEqual(['abc']);
    expect(router.state.location.hash).toBe('');
  });

  it('set a new password, or say that they are used up', async () => {
    const { findByLabelText, findByRole, user } = await renderApp({
      at: '/reset-password#token=old',
      signedIn: false,
      server: (r) => {
        r.rpc(Auth.method.resetPassword, () => {
          throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
            violations: [{ field: 'token', description: 'is unknown, used or expired' }],
          });
        });
      },
    });
    await user.type(await findByLabelText('New password'), 'a long new password');
    await user.type(await findByLabelText('Repeat the password'), 'a long new password');
    await user.click(await findByRole('button', { name: 'Set the password' }));
    expect(await findByRole('alert')).toHaveTextContent('This link is used up or too old.');
  });
});
