/**
 * The alerts that fire, live. The stream goes on behind the last event that was read when it breaks, and after it was closed for a
 * while, so that nothing is lost; what it says is shown by id, so that nothing is shown twice either.
 */
import { type Client, createClient } from '@connectrpc/connect';
import { type Alert, Alerts, AlertState, type WatchAlertsResponse } from '@hostler/client';
import { useSyncExternalStore } from 'react';

import { useFeed } from './ApiContext';
import type { Feed, FeedPorts } from './feeds';
import type { StreamBoard } from './streamBoard';
import { watch } from './watch';

export interface AlertsView {
  /** Those that fire, by id; a new map for every change. */
  readonly alerts: ReadonlyMap<string, Alert>;
  /** True once all have come. */
  readonly complete: boolean;
  /** Why nothing comes any more. */
  readonly error: unknown;
}

const NOTHING: AlertsView = { alerts: new Map(), complete: false, error: undefined };
/** Moving from page to page does not cost a new stream. */
const LINGER = 5_000;
/** Changes of this many milliseconds are drawn together. */
const GATHER = 30;
/** The server says something every 15 seconds. */
const SILENCE = 45_000;

export class AlertsFeed implements Feed {
  readonly #client: Client<typeof Alerts>;
  readonly #streams: StreamBoard;
  readonly #listeners = new Set<() => void>();
  #view: AlertsView = NOTHING;
  #all = new Map<string, Alert>();
  /** The snapshot so far, while it is coming in. */
  #incoming: Map<string, Alert> | undefined;
  #complete = false;
  #error: unknown;
  /** Where to go on. */
  #cursor = '';
  #controller: AbortController | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #publishing = false;

  constructor({ transport, streams }: FeedPorts) {
    this.#client = createClient(Alerts, transport);
    this.#streams = streams;
  }

  readonly view = (): AlertsView => this.#view;

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
    this.clear();
    if (this.#listeners.size > 0) this.#controller = this.#open();
  };

  /** Shows an alert as a call has answered, before the stream says so. */
  readonly put = (alert: Alert): void => {
    this.#apply(alert);
    this.#publish();
  };

  clear(): void {
    this.#close();
    this.#all = new Map();
    this.#complete = false;
    this.#error = undefined;
    this.#cursor = '';
    this.#publish();
  }

  #open(): AbortController {
    const controller = new AbortController();
    this.#error = undefined;
    void watch({
      open: (signal) => this.#client.watchAlerts({ cursor: this.#cursor }, { signal }),
      onOpen: () => (this.#incoming = undefined),
      onMessage: ({ event }) => this.#read(event),
      onRefused: (error) => {
        // Whoever comes to look next tries again.
        this.#close();
        this.#error = error;
        this.#publish();
      },
      silence: SILENCE,
      streams: this.#streams,
      signal: controller.signal,
    });
    return controller;
  }

  /** Keeps what is known and where to go on. */
  #close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
  }

  #read(event: WatchAlertsResponse['event']): void {
    switch (event.case) {
      case 'snapshot':
        this.#incoming ??= new Map();
        for (const alert of event.value.alerts) this.#incoming.set(alert.id, alert);
        if (!event.value.last) return;
        this.#all = this.#incoming;
        this.#incoming = undefined;
        this.#complete = true;
        this.#cursor = event.value.cursor;
        break;
      case 'change':
        this.#cursor = event.value.cursor;
        if (event.value.alert) this.#apply(event.value.alert);
        break;
      case 'heartbeat':
        this.#cursor = event.value.cursor;
        return;
      case undefined:
        // A kind that this page does not know yet.
        return;
    }
    this.#publish();
  }

  #apply(alert: Alert): void {
    if (alert.state === AlertState.FIRING) this.#all.set(alert.id, alert);
    else this.#all.delete(alert.id);
  }

  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    setTimeout(() => {
      this.#publishing = false;
      this.#view = { alerts: new Map(this.#all), complete: this.#complete, error: this.#error };
      for (const listener of this.#listeners) listener();
    }, GATHER);
  }
}

export function useFiringAlerts(): AlertsView & { retry: () => void } {
  const alerts = useFeed(AlertsFeed);
  return { ...useSyncExternalStore(alerts.subscribe, alerts.view), retry: alerts.retry };
}
