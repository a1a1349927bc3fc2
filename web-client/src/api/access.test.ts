import { createRouterTransport } from '@connectrpc/connect';
import { Auth } from '@hostler/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { tokens } from '../../test/messages';
import { ApiAccess } from './access';
import { createApi } from './api';
import { SIGNED_IN_MARK } from './mark';

function anApi() {
  return createApi((interceptors) =>
    createRouterTransport((r) => r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() })), {
      transport: { interceptors },
    }),
  );
}

function anAccess(create = () => Promise.resolve(anApi())) {
  const created = vi.fn(create);
  return { access: new ApiAccess({ create: created, marks: localStorage }), created };
}

beforeEach(() => localStorage.clear());

describe('the way to the API layer', () => {
  it('fetches nothing for a stranger until somebody asks, and then once', async () => {
    const { access, created } = anAccess();
    expect(access.sessionState()).toBe('signed-out');
    expect(created).not.toHaveBeenCalled();
    expect(await access.load()).toBe(await access.load());
    expect(created).toHaveBeenCalledOnce();
    expect(access.sessionState()).toBe('signed-out');
  });

  it('takes up the session of somebody who has signed in here', async () => {
    localStorage.setItem(SIGNED_IN_MARK, '1');
    const { access } = anAccess();
    expect(access.sessionState()).toBe('starting');
    await vi.waitFor(() => expect(access.sessionState()).toBe('signed-in'));
  });

  it('tells of a session that begins in another tab', async () => {
    const { access } = anAccess();
    const told = vi.fn();
    access.subscribe(told);
    localStorage.setItem(SIGNED_IN_MARK, '1');
    access.storageChanged({ key: SIGNED_IN_MARK, newValue: '1' });
    await vi.waitFor(() => expect(access.sessionState()).toBe('signed-in'));
    expect(told).toHaveBeenCalled();
  });

  it('tries again what could not be fetched', async () => {
    const create = vi
      .fn(() => Promise.resolve(anApi()))
      .mockRejectedValueOnce(new TypeError('Failed to fetch dynamically imported module'));
    const { access } = anAccess(create);
    await expect(access.load()).rejects.toThrow('dynamically imported');
    await expect(access.load()).resolves.toBeDefined();
  });
});
