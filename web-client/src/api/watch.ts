/**
 * Keeps a server stream running for as long as somebody looks: opens it, hands its messages on, and opens it again when it ends or
 * breaks, after a pause that grows. Pages do not know about streams: a hook of their noun writes the messages into the query cache.
 */
import { Code } from '@connectrpc/connect';
import { problemOf } from '@hostler/client';

import { backoff, type Backoff, pause } from './backoff';
import { isTransient } from './queryDefaults';
import type { StreamBoard, StreamState } from './streamBoard';

export interface Watch<Message> {
  /** Opens the stream; called for every connection. */
  readonly open: (signal: AbortSignal) => AsyncIterable<Message>;
  readonly onMessage: (message: Message) => void;
  /** A connection is about to be opened: forget what a broken one left half-done. */
  readonly onOpen?: () => void;
  /** The stream cannot be had and will not be tried again. */
  readonly onRefused?: (error: unknown) => void;
  /** True when nothing more is to come, and the end of the stream is its end. */
  readonly isOver?: () => boolean;
  /** Told whenever the stream is up, or down; never for its end. */
  readonly onState?: (state: StreamState) => void;
  /** A connection on which nothing comes for so long is dead, whatever the network says. For streams that have heartbeats. */
  readonly silence?: number;
  readonly streams: StreamBoard;
  readonly signal: AbortSignal;
  readonly backoff?: Backoff;
}

/** A stream that ran this long had no trouble: its end does not make the next pause longer. */
const STEADY = 10_000;

export async function watch<Message>(options: Watch<Message>): Promise<void> {
  const { open, onMessage, onOpen, onRefused, isOver, streams, signal } = options;
  const pauses = options.backoff ?? backoff();
  const stream = Symbol('stream');
  const report = (state: StreamState) => {
    streams.report(stream, state);
    options.onState?.(state);
  };
  report('opening');
  try {
    while (!signal.aborted) {
      const opened = Date.now();
      const connection = connect(signal, options.silence);
      try {
        onOpen?.();
        for await (const message of open(connection.signal)) {
          if (stopped(signal)) return;
          connection.heard();
          report('live');
          onMessage(message);
        }
      } catch (error) {
        if (stopped(signal)) return;
        if (!stopped(connection.signal) && !isWorthReopening(error)) {
          onRefused?.(error);
          return;
        }
      } finally {
        connection.end();
      }
      if (stopped(signal) || isOver?.()) return;
      if (Date.now() - opened > STEADY) pauses.reset();
      report('reconnecting');
      await pause(pauses.next(), signal);
    }
  } finally {
    streams.forget(stream);
  }
}

/** The signal of one connection: it ends with the stream's, and when nothing was heard for too long. */
function connect(signal: AbortSignal, silence: number | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    if (silence !== undefined) timer = setTimeout(abort, silence);
  };
  signal.addEventListener('abort', abort);
  heard();
  return {
    signal: controller.signal,
    heard,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** Asked by a function: the compiler takes a getter it has seen for a constant. */
function stopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A session that was renewed meanwhile, a server that stops, a network that went: all of them pass. */
function isWorthReopening(error: unknown): boolean {
  const { code, reason } = problemOf(error);
  // The token was refused by the server: the next one may be good. Without a reason it is ours: nobody is signed in.
  if (code === Code.Unauthenticated) return reason !== '';
  return isTransient(error) || code === Code.ResourceExhausted || code === Code.DeadlineExceeded;
}
