import { Code } from '@connectrpc/connect';
import type { Tokens } from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { refusal, tokens } from '../../test/messages';
import { Session, type SessionPorts } from './session';

function aSession(refresh: () => Promise<Tokens>, marked = true) {
  if (marked) localStorage.setItem('hostler.signed-in', '1');
  const ports: SessionPorts = {
    refresh: vi.fn(refresh),
    exclusively: (work) => work(),
    marks: localStorage,
    now: () => Date.now(),
    pause: () => Promise.resolve(),
  };
  return { session: new Session(ports), ports };
}

describe('a session', () => {
  it('asks for nothing when nobody has signed in here', async () => {
    const { session, ports } = aSession(() => Promise.resolve(tokens()), false);
    await session.start();
    expect(session.state()).toBe('signed-out');
    expect(ports.refresh).not.toHaveBeenCalled();
  });

  it('takes up the session of an earlier page', async () => {
    const { session } = aSession(() => Promise.resolve(tokens('again')));
    await session.start();
    expect(session.state()).toBe('signed-in');
    expect(await session.token()).toBe('again');
  });

  it('refreshes once for all that wait', async () => {
    const { session, ports } = aSession(() => Promise.resolve(tokens('one')));
    const got = await Promise.all([session.token(), session.token(), session.token()]);
    expect(got).toEqual(['one', 'one', 'one']);
    expect(ports.refresh).toHaveBeenCalledTimes(1);
  });

  it('renews a token that is about to end', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
    const { session, ports } = aSession(() => Promise.resolve(tokens('fresh')));
    session.signedIn(tokens('stale', 120_000));
    now.mockReturnValue(Date.now() + 100_000);
    expect(await session.token()).toBe('fresh');
    expect(ports.refresh).toHaveBeenCalledTimes(1);
    now.mockRestore();
  });

  it('uses a new token for a while though the clock here is ahead', async () => {
    const { session, ports } = aSession(() => Promise.resolve(tokens('new', -60_000)));
    expect([await session.token(), await session.token()]).toEqual(['new', 'new']);
    expect(ports.refresh).toHaveBeenCalledTimes(1);
  });

  it('tries again when another tab was quicker', async () => {
    const answers = [
      () => Promise.reject(refusal(Code.Unauthenticated, 'REFRESH_RACE')),
      () => Promise.resolve(tokens('second')),
    ];
    const { session } = aSession(() => answers.shift()?.() ?? Promise.reject(new Error('asked too often')));
    expect(await session.token()).toBe('second');
    expect(session.state()).toBe('signed-in');
  });

  it('is over when the server says so', async () => {
    const { session } = aSession(() => Promise.reject(refusal(Code.Unauthenticated, 'SESSION_ENDED')));
    await session.start();
    expect(session.state()).toBe('signed-out');
    expect(localStorage.getItem('hostler.signed-in')).toBeNull();
    await expect(session.token()).rejects.toMatchObject({ code: Code.Unauthenticated });
  });

  it('waits for a server that is away and signs nobody out', async () => {
    let tries = 0;
    const { session } = aSession(() => {
      tries += 1;
      return tries < 3 ? Promise.reject(refusal(Code.Unavailable, 'STOPPING')) : Promise.resolve(tokens());
    });
    await session.start();
    expect(session.state()).toBe('signed-in');
    expect(tries).toBe(3);
  });

  it('ends in this tab when another signs out', async () => {
    const { session } = aSession(() => Promise.resolve(tokens()));
    await session.start();
    session.storageChanged({ key: 'hostler.signed-in', newValue: null });
    expect(session.state()).toBe('signed-out');
  });

  it('keeps its tokens away from the storage', async () => {
    const { session } = aSession(() => Promise.resolve(tokens('secret-token')));
    await session.start();
    expect(JSON.stringify(Object.entries(localStorage))).not.toContain('secret-token');
  });
});
