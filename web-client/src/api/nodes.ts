/**
 * All nodes and their newest figures, live. Two streams feed every page that shows nodes: they open with the first, and close a little
 * after the last.
 */
import { type Client, createClient } from '@connectrpc/connect';
import {
  type Node,
  Nodes,
  type NodeStats,
  type WatchNodesResponse,
  type WatchNodeStatsResponse,
} from '@hostler/client';
import { useSyncExternalStore } from 'react';

import { useFeed } from './ApiContext';
import type { Feed, FeedPorts } from './feeds';
import type { StreamBoard } from './streamBoard';
import { watch } from './watch';

export interface NodesView {
  /** By id, oldest first; a new map for every change. */
  readonly nodes: ReadonlyMap<string, Node>;
  readonly stats: ReadonlyMap<string, NodeStats>;
  /** True once all have come. */
  readonly complete: boolean;
  /** Why there is nothing to be had. */
  readonly error: unknown;
}

const NOTHING: NodesView = { nodes: new Map(), stats: new Map(), complete: false, error: undefined };
/** Moving from page to page does not cost new streams. */
const LINGER = 5_000;
/** Changes of this many milliseconds are drawn together. */
const GATHER = 100;
/** The server says something every 15 seconds. */
const SILENCE = 45_000;

export class NodesFeed implements Feed {
  readonly #client: Client<typeof Nodes>;
  readonly #streams: StreamBoard;
  readonly #listeners = new Set<() => void>();
  #view: NodesView = NOTHING;
  #nodes = new Map<string, Node>();
  #stats = new Map<string, NodeStats>();
  #complete = false;
  #error: unknown;
  #controller: AbortController | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #publishing = false;

  constructor({ transport, streams }: FeedPorts) {
    this.#client = createClient(Nodes, transport);
    this.#streams = streams;
  }

  readonly view = (): NodesView => this.#view;

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

  /** Shows a node as a call has answered, before the stream says so. */
  readonly put = (node: Node): void => {
    this.#nodes.set(node.id, node);
    this.#publish();
  };

  readonly clear = (): void => {
    this.#close();
  };

  #open(): AbortController {
    const controller = new AbortController();
    const { signal } = controller;
    const onRefused = (error: unknown) => {
      this.#error = error;
      this.#publish();
    };
    void watch({
      open: (connection) => this.#client.watchNodes({}, { signal: connection }),
      onMessage: ({ event }) => this.#applyNodes(event),
      onRefused,
      silence: SILENCE,
      streams: this.#streams,
      signal,
    });
    void watch({
      open: (connection) => this.#client.watchNodeStats({}, { signal: connection }),
      onMessage: ({ event }) => this.#applyStats(event),
      onRefused,
      onState: (state) => state === 'reconnecting' && this.#age(),
      silence: SILENCE,
      streams: this.#streams,
      signal,
    });
    return controller;
  }

  #close(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    this.#nodes = new Map();
    this.#stats = new Map();
    this.#complete = false;
    this.#error = undefined;
    this.#publish();
  }

  #applyNodes(event: WatchNodesResponse['event']): void {
    switch (event.case) {
      case 'snapshot':
        this.#nodes = new Map(event.value.nodes.map((node) => [node.id, node]));
        this.#complete = true;
        break;
      case 'changed':
        this.#nodes.set(event.value.id, event.value);
        break;
      case 'removed':
        this.#nodes.delete(event.value.nodeId);
        break;
      case 'heartbeat':
      case undefined:
        return;
    }
    this.#publish();
  }

  #applyStats(event: WatchNodeStatsResponse['event']): void {
    switch (event.case) {
      case 'snapshot':
        this.#stats = new Map(event.value.stats.map((stats) => [stats.nodeId, stats]));
        break;
      case 'changes':
        for (const stats of event.value.stats) this.#stats.set(stats.nodeId, stats);
        break;
      case 'removed':
        this.#stats.delete(event.value.nodeId);
        break;
      case 'heartbeat':
      case undefined:
        return;
    }
    this.#publish();
  }

  /** Whoever hears nothing does not know what is by now. */
  #age(): void {
    for (const [id, stats] of this.#stats) this.#stats.set(id, { ...stats, stale: true });
    this.#publish();
  }

  #publish(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    setTimeout(() => {
      this.#publishing = false;
      this.#view = {
        nodes: new Map(this.#nodes),
        stats: new Map(this.#stats),
        complete: this.#complete,
        error: this.#error,
      };
      for (const listener of this.#listeners) listener();
    }, GATHER);
  }
}

export function useNodes(): NodesView & { retry: () => void; put: (node: Node) => void } {
  const nodes = useFeed(NodesFeed);
  return {
    ...useSyncExternalStore(nodes.subscribe, nodes.view),
    retry: nodes.retry,
    put: nodes.put,
  };
}
