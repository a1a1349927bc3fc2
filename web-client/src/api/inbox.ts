/** How many notifications are unread, live; a new one has the lists of them read anew. The frame follows it for as long as it is shown. */
import type { DescMethodUnary } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import { Alerts, Notifications } from '@hostler/client';
import { useSyncExternalStore } from 'react';

import { useFeed } from './ApiContext';
import type { Feed, FeedPorts } from './feeds';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;
/** The bell has nowhere to say that it was refused: it asks again, seldom enough to be no burden. */
const AFTER_REFUSAL = 60_000;

export class InboxFeed implements Feed {
  readonly #ports: FeedPorts;
  readonly #client: Client<typeof Notifications>;
  readonly #listeners = new Set<() => void>();
  #unread = 0;
  #controller: AbortController | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
    this.#client = createClient(Notifications, ports.transport);
  }

  readonly unread = (): number => this.#unread;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#follow();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  };

  /** As a call has answered. */
  readonly put = (unread: number): void => {
    if (unread === this.#unread) return;
    this.#unread = unread;
    for (const listener of this.#listeners) listener();
  };

  clear(): void {
    this.#close();
    this.put(0);
  }

  #follow(): void {
    clearTimeout(this.#again);
    this.#controller ??= this.#open();
  }

  #open(): AbortController {
    const controller = new AbortController();
    let first = true;
    void watch({
      open: (signal) => this.#client.watchNotifications({}, { signal }),
      onOpen: () => (first = true),
      onMessage: ({ unreadCount, event }) => {
        if (unreadCount !== undefined) this.put(unreadCount);
        // What came while nobody listened is not told by the stream.
        if (event.case === 'notification' || (first && unreadCount !== undefined)) this.#reread();
        first = false;
      },
      onRefused: () => {
        this.#close();
        this.#again = setTimeout(() => this.#follow(), AFTER_REFUSAL);
      },
      silence: SILENCE,
      streams: this.#ports.streams,
      signal: controller.signal,
    });
    return controller;
  }

  #close(): void {
    clearTimeout(this.#again);
    this.#controller?.abort();
    this.#controller = undefined;
  }

  /** Most of what is told is about alerts: pages that list them without a stream of their own show them by this. */
  #reread(): void {
    const { queryClient, transport } = this.#ports;
    const methods: DescMethodUnary[] = [Notifications.method.listNotifications, Alerts.method.listAlerts];
    for (const schema of methods) {
      const queryKey = createConnectQueryKey({ schema, transport, cardinality: undefined });
      void queryClient.invalidateQueries({ queryKey });
    }
  }
}

export function useUnread(): number {
  const inbox = useFeed(InboxFeed);
  return useSyncExternalStore(inbox.subscribe, inbox.unread);
}
