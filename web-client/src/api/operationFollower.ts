/**
 * Follows the operations that somebody waits for, writes them into the query cache, and says when one has ended. What was started on
 * this page is remembered across reloads, so that its end is told then.
 *
 * A browser without TLS has six connections to a server, and each stream holds one. The servers, the inbox, and the figures or the
 * alerts of a page take three: at most two operations are followed at a time, the others wait their turn.
 */
import { create } from '@bufbuild/protobuf';
import { type Client, Code, createClient, type Transport } from '@connectrpc/connect';
import { createConnectQueryKey } from '@connectrpc/connect-query';
import {
  GetOperationResponseSchema,
  type Operation,
  Operations,
  OperationState,
  problemOf,
} from '@hostler/client';
import type { QueryClient } from '@tanstack/react-query';

import type { StreamBoard } from './streamBoard';
import { watch } from './watch';

const AT_A_TIME = 2;
const STORAGE_KEY = 'hostler.operations';
/** More than anybody starts by hand. */
const MOST_REMEMBERED = 50;

/** What has to be told when the operation ends. */
export interface Followed {
  readonly id: string;
  /** What it is done to, in the person's own words: the server's name. */
  readonly subject: string;
}

interface Ports {
  readonly transport: Transport;
  readonly queryClient: QueryClient;
  readonly streams: StreamBoard;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

export type EndListener = (operation: Operation, followed: Followed) => void;

export class OperationFollower {
  readonly #client: Client<typeof Operations>;
  readonly #ports: Ports;
  readonly #running = new Map<string, AbortController>();
  readonly #waiting: string[] = [];
  readonly #remembered = new Map<string, Followed>();
  readonly #endListeners = new Set<EndListener>();

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#client = createClient(Operations, ports.transport);
  }

  /** Follows what an earlier page had begun. */
  resume(): void {
    for (const followed of read(this.#ports.storage)) this.followToEnd(followed);
  }

  /** Follows an operation that was started here; its end is told, even after a reload. */
  followToEnd(followed: Followed): void {
    this.#remembered.set(followed.id, followed);
    this.#remember();
    this.follow(followed.id);
  }

  /** Follows an operation that is on the screen. */
  follow(id: string): void {
    if (this.#running.has(id) || this.#waiting.includes(id)) return;
    this.#waiting.push(id);
    this.#fill();
  }

  onEnd(listener: EndListener): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** Nobody is signed in any more. */
  clear(): void {
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
    this.#waiting.length = 0;
    this.#remembered.clear();
    this.#remember();
  }

  #fill(): void {
    while (this.#running.size < AT_A_TIME) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      void this.#run(id);
    }
  }

  async #run(id: string): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    let last: Operation | undefined;
    await watch({
      open: (signal) => this.#client.watchOperation({ operationId: id }, { signal }),
      onMessage: ({ operation }) => {
        if (!operation) return;
        last = operation;
        this.#ports.queryClient.setQueryData(
          operationKey(this.#ports.transport, id),
          create(GetOperationResponseSchema, { operation }),
        );
      },
      onRefused: (error) => {
        if (problemOf(error).code === Code.NotFound) this.#forget(id);
      },
      isOver: () => last !== undefined && hasEnded(last),
      streams: this.#ports.streams,
      signal: controller.signal,
    });
    if (this.#running.get(id) !== controller) return;
    this.#running.delete(id);
    if (last && hasEnded(last)) this.#ended(last);
    this.#fill();
  }

  #ended(operation: Operation): void {
    const followed = this.#remembered.get(operation.id);
    if (!followed) return;
    this.#forget(operation.id);
    for (const listener of this.#endListeners) listener(operation, followed);
  }

  #forget(id: string): void {
    this.#remembered.delete(id);
    this.#remember();
  }

  #remember(): void {
    const followed = [...this.#remembered.values()].slice(-MOST_REMEMBERED);
    if (followed.length === 0) this.#ports.storage.removeItem(STORAGE_KEY);
    else this.#ports.storage.setItem(STORAGE_KEY, JSON.stringify(followed));
  }
}

/** Where the cache keeps an operation: the key of GetOperation, so that reads and the stream share it. */
export function operationKey(transport: Transport, operationId: string) {
  return createConnectQueryKey({
    schema: Operations.method.getOperation,
    transport,
    input: { operationId },
    cardinality: 'finite',
  });
}

/** True in a state that lasts. A stuck one goes on only when an operator retries it. */
export function hasEnded(operation: Operation): boolean {
  switch (operation.state) {
    case OperationState.SUCCEEDED:
    case OperationState.FAILED:
    case OperationState.CANCELLED:
    case OperationState.STUCK:
      return true;
    case OperationState.UNSPECIFIED:
    case OperationState.PENDING:
    case OperationState.RUNNING:
    case OperationState.UNWINDING:
      return false;
  }
}

/** What is in the storage may be from another version, or from anybody. */
function read(storage: Ports['storage']): Followed[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isFollowed).slice(-MOST_REMEMBERED) : [];
  } catch {
    return [];
  }
}

function isFollowed(value: unknown): value is Followed {
  if (typeof value !== 'object' || value === null) return false;
  const { id, subject } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof subject === 'string';
}
