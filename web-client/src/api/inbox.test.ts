import { Code, createRouterTransport } from '@connectrpc/connect';
import { Notifications } from '@hostler/client';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { refusal } from '../../test/messages';
import { InboxFeed } from './inbox';
import { StreamBoard } from './streamBoard';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a count that was refused is asked for again, for as long as somebody looks', async () => {
  let opened = 0;
  const transport = createRouterTransport((router) => {
    router.rpc(Notifications.method.watchNotifications, async function* () {
      opened += 1;
      if (opened !== 2) throw refusal(Code.Internal, 'INTERNAL');
      yield await Promise.resolve({ unreadCount: 3 });
      throw refusal(Code.Internal, 'INTERNAL');
    });
  });
  const inbox = new InboxFeed({ transport, queryClient: new QueryClient(), streams: new StreamBoard() });
  const stop = inbox.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(opened).toBe(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([opened, inbox.unread()]).toEqual([2, 3]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toBe(3);
  stop();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(opened).toBe(3);
});
