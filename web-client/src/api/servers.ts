/**
 * All servers that the caller may see, live. One stream feeds every page that shows servers: it opens with the first, and closes a
 * little after the last. The parts of its snapshot come in pages of 200 and are shown as they come.
 */
import { type Client, createClient } from '@connectrpc/connect';
import { type Server, Servers, type WatchServersResponse } from '@hostler/client';
import { useSyncExternalStore } from 'react';

import { useFeed } from './ApiContext';
import type { Feed, FeedPorts } from './feeds';
import type { StreamBoard } from './streamBoard';
import { watch } from './watch';

export interface ServersView {
  /** By id; a new map for every change. */
  readonly servers: ReadonlyMap<string, Server>;
  /** True once all have come; more may come before. */
  readonly complete: boolean;
  /** Why there is nothing to be had. */
  readonly error: unknown;
}

const NOTHING: ServersView = { servers: new Map(), complete: false, error: undefined };
/** Moving from page to page does not cost a new stream. */
const LINGER = 5_000;
/** Changes of this many milliseconds are drawn together. */
const GATHER = 30;

export class ServersFeed implements Feed {
  readonly #client: Client<typeof Servers>;
  readonly #streams: StreamBoard;
  readonly #listeners = new Set<() => void>();
  #view: ServersView = NOTHING;
  #all = new Map<string, Server>();
  #complete = false;
  #error: unknown;
  /** The snapshot so far, while it is coming in. */
  #incoming: Map<string, Server> | undefined;
  #controller: AbortController | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #publishing = false;

  constructor({ transport, streams }: FeedPorts) {
    this.#client = createClient(Servers, transport);
    this.#streams = streams;
  }

  readonly view = (): ServersView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    clearTimeout(this.#closing);
    this.#controller ??= this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#closing = setTimeout(() => this.#close(), LINGER);
    };
  };

  readonly retry = (): void => {
    this.#close();
    if (this.#listeners.size > 0) this.#controller = this.#open();
  };

  /** Shows a server as a call has answered, before the stream says so. */
  readonly put = (server: Server): void => {
    this.#apply({ case: 'changed', value: server });
  };

  readonly clear = (): void => {
    this.#close();
  };

  #open(): AbortController {
    const controller = new AbortController();
    void watch({
      open: (signal) => this.#client.watchServers({}, { signal }),
      onOpen: () => (this.#incoming = undefined),
      onMessage: ({ event }) => this.#apply(event),
      onRefused: (error) => {
        this.#error = error;
        this.#publish();
      },
      streams: this.#streams,
      signal: controller.signal,
    });
    return controller;
  }

  #close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#incoming = undefined;
    this.#all = new Map();
    this.#complete = false;
    this.#error = undefined;
    this.#publish();
  }

  #apply(event: WatchServersResponse['event']): void {
    switch (event.case) {
      case 'snapshot':
        this.#incoming ??= new Map();
        for (const server of event.value.servers) this.#incoming.set(server.id, server);
        // After a gap the old view stays until the new one is whole; the first one is shown as it comes.
        if (event.value.last || !this.#complete) this.#all = this.#incoming;
        if (event.value.last) {
          this.#complete = true;
          this.#incoming = undefined;
        }
        break;
      case 'changed':
        this.#incoming?.set(event.value.id, event.value);
        this.#all.set(event.value.id, event.value);
        break;
      case 'removed':
        this.#incoming?.delete(event.value.serverId);
        this.#all.delete(event.value.serverId);
        break;
      case undefined:
        // A kind that this page does not know yet.
        return;
    }
    this.#publish();
  }

  /** Changes that come close together are one new view: thousands of servers must not be drawn for each. */
  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    setTimeout(() => {
      this.#publishing = false;
      this.#view = { servers: new Map(this.#all), complete: this.#complete, error: this.#error };
      for (const listener of this.#listeners) listener();
    }, GATHER);
  }
}

export function useServers(): ServersView & { retry: () => void } {
  const servers = useFeed(ServersFeed);
  return { ...useSyncExternalStore(servers.subscribe, servers.view), retry: servers.retry };
}

/** One server, live; undefined while unknown. `complete` tells the unknown from the missing. */
export function useServer(serverId: string): {
  server: Server | undefined;
  complete: boolean;
  error: unknown;
} {
  const { servers, complete, error } = useServers();
  return { server: servers.get(serverId), complete, error };
}
