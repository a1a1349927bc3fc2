/**
 * What servers use, live. One stream feeds whatever is on the screen: it follows just the servers that somebody looks at, and is opened
 * anew, a moment after the last change, when others are looked at. The server has their hypervisors looked at more often meanwhile, so a
 * page that nobody sees follows none.
 */
import { type Client, createClient } from '@connectrpc/connect';
import { Monitoring, type ServerStats, type WatchStatsResponse } from '@hostler/client';
import { useCallback, useSyncExternalStore } from 'react';

import { useFeed } from './ApiContext';
import type { Feed, FeedPorts } from './feeds';
import type { StreamBoard, StreamState } from './streamBoard';
import { watch } from './watch';

/** How the stream is; `refused` is one that cannot be had. */
export type StatsConnection = StreamState | 'refused';

/** The most that one stream follows. */
const MOST = 500;
/** Rows that scroll by are not worth a stream each. */
const SETTLE = 150;
/** Moving from page to page, and to another tab of the browser and back, does not cost a new stream. */
const LINGER = 5_000;
/** The server says something every 15 seconds. */
const SILENCE = 45_000;

type Listener = () => void;

export class StatsFeed implements Feed {
  readonly #client: Client<typeof Monitoring>;
  readonly #streams: StreamBoard;
  /** Who looks at which server. */
  readonly #lookers = new Map<string, Set<Listener>>();
  readonly #connectionListeners = new Set<Listener>();
  readonly #latest = new Map<string, ServerStats>();
  #followed: ReadonlySet<string> = new Set();
  #controller: AbortController | undefined;
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** When it is to be decided who is followed. */
  #due = 0;
  #connection: StatsConnection = 'opening';
  #resting = document.hidden;

  constructor({ transport, streams }: FeedPorts) {
    this.#client = createClient(Monitoring, transport);
    this.#streams = streams;
  }

  /** The newest figures of a server that is looked at; undefined while there are none. */
  readonly latest = (serverId: string): ServerStats | undefined => this.#latest.get(serverId);

  readonly connection = (): StatsConnection => this.#connection;

  /** Looks at a server, and is told whenever there are newer figures of it. */
  readonly look = (serverId: string, listener: Listener): (() => void) => {
    const lookers = this.#lookers.get(serverId) ?? new Set();
    lookers.add(listener);
    this.#lookers.set(serverId, lookers);
    this.#settle(SETTLE);
    return () => {
      lookers.delete(listener);
      if (lookers.size > 0 || this.#lookers.get(serverId) !== lookers) return;
      this.#lookers.delete(serverId);
      this.#settle(this.#lookers.size === 0 ? LINGER : SETTLE);
    };
  };

  readonly subscribeConnection = (listener: Listener): (() => void) => {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  };

  /** Nobody sees the page. */
  rest(): void {
    this.#resting = true;
    this.#settle(LINGER);
  }

  wake(): void {
    this.#resting = false;
    this.#settle(0);
  }

  clear(): void {
    this.#close();
    this.#latest.clear();
  }

  /** Dozens of rows come and go in a frame: a timer that runs already is left to find out at its end that there is more to wait for. */
  #settle(delay: number): void {
    const due = performance.now() + delay;
    if (this.#settling !== undefined && due >= this.#due) {
      this.#due = due;
      return;
    }
    this.#due = due;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      if (performance.now() < this.#due) this.#wait();
      else this.#follow();
    }, this.#due - performance.now());
  }

  #follow(): void {
    const wanted = this.#resting ? [] : [...this.#lookers.keys()].slice(0, MOST);
    // Of servers that went out of sight a few more messages come; that costs less than a new stream.
    const suffices = wanted.length > 0 && wanted.every((id) => this.#followed.has(id));
    if (suffices && this.#controller) return;
    this.#close();
    if (wanted.length === 0) return;
    this.#followed = new Set(wanted);
    for (const id of this.#latest.keys()) if (!this.#followed.has(id)) this.#latest.delete(id);
    this.#open(wanted);
  }

  #open(serverIds: string[]): void {
    const controller = new AbortController();
    this.#controller = controller;
    void watch({
      open: (signal) => this.#client.watchStats({ serverIds }, { signal }),
      onMessage: ({ event }) => this.#apply(event),
      onRefused: () => {
        this.#controller = undefined;
        this.#setConnection('refused');
      },
      onState: (state) => this.#setConnection(state),
      silence: SILENCE,
      streams: this.#streams,
      signal: controller.signal,
    });
  }

  #close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#followed = new Set();
  }

  /** A heartbeat says nothing more than that it came, and so does a kind that this page does not know yet. */
  #apply(event: WatchStatsResponse['event']): void {
    switch (event.case) {
      case 'snapshot':
      case 'changes':
        for (const stats of event.value.stats) {
          this.#latest.set(stats.serverId, stats);
          this.#tell(stats.serverId);
        }
        return;
      case 'removed':
        this.#latest.delete(event.value.serverId);
        this.#tell(event.value.serverId);
        return;
      case 'heartbeat':
      case undefined:
        return;
    }
  }

  #tell(serverId: string): void {
    for (const listener of this.#lookers.get(serverId) ?? []) listener();
  }

  /** Whoever hears nothing does not know what is by now. */
  #age(): void {
    for (const [id, stats] of this.#latest) {
      this.#latest.set(id, { ...stats, stale: true });
      this.#tell(id);
    }
  }

  #setConnection(connection: StatsConnection): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    if (connection === 'reconnecting' || connection === 'refused') this.#age();
    for (const listener of this.#connectionListeners) listener();
  }
}

/** From 0 to 1; undefined while either is unknown. */
export function shareOf(used: bigint | undefined, limit: bigint | undefined): number | undefined {
  return used === undefined || !limit ? undefined : Number(used) / Number(limit);
}

/** What a server uses, live; undefined while nothing is known. */
export function useStats(serverId: string): ServerStats | undefined {
  const stats = useFeed(StatsFeed);
  const look = useCallback((listener: Listener) => stats.look(serverId, listener), [stats, serverId]);
  return useSyncExternalStore(look, () => stats.latest(serverId));
}

export function useStatsConnection(): StatsConnection {
  const stats = useFeed(StatsFeed);
  return useSyncExternalStore(stats.subscribeConnection, stats.connection);
}
