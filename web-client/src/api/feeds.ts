/**
 * The streams that pages share. Each is made when it is first asked for, by its class: its code comes with the pages that show it, and
 * not with the start. It then stays as long as the page does, and is emptied when somebody signs out.
 */
import type { Transport } from '@connectrpc/connect';
import type { QueryClient } from '@tanstack/react-query';

import type { StreamBoard } from './streamBoard';

export interface FeedPorts {
  readonly transport: Transport;
  readonly queryClient: QueryClient;
  readonly streams: StreamBoard;
}

export interface Feed {
  /** The next to sign in must not see anything of the one before. */
  readonly clear: () => void;
  /** Nobody sees the page, for feeds that cost the server something. */
  readonly rest?: () => void;
  readonly wake?: () => void;
}

type FeedClass<Kind extends Feed> = new (ports: FeedPorts) => Kind;

export class Feeds {
  readonly #ports: FeedPorts;
  readonly #made = new Map<FeedClass<Feed>, Feed>();

  constructor(ports: FeedPorts) {
    this.#ports = ports;
  }

  of<Kind extends Feed>(Class: FeedClass<Kind>): Kind {
    const before = this.#made.get(Class);
    if (before instanceof Class) return before;
    const feed = new Class(this.#ports);
    this.#made.set(Class, feed);
    return feed;
  }

  clear(): void {
    for (const feed of this.#made.values()) feed.clear();
  }

  rest(): void {
    for (const feed of this.#made.values()) feed.rest?.();
  }

  wake(): void {
    for (const feed of this.#made.values()) feed.wake?.();
  }
}
