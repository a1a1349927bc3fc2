/**
 * Keeps a server stream running for as long as somebody looks: opens it, hands its messages on, and opens it again when it ends or
 * breaks, after a pause that grows. Pages do not know about streams: a hook of their noun writes the messages into the query cache.
 */
import { Code } from '@connectrpc/connect';
import { problemOf } from '@hostler/client';

import { backoff, type Backoff, pause } from './backoff';
import { isTransient } from './queryDefaults';
import type { StreamBoard } from './streamBoard';

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
  streams.report(stream, 'opening');
  try {
    while (!signal.aborted) {
      const opened = Date.now();
      try {
        onOpen?.();
        for await (const message of open(signal)) {
          if (stopped(signal)) return;
          streams.report(stream, 'live');
          onMessage(message);
        }
      } catch (error) {
        if (stopped(signal)) return;
        if (!isWorthReopening(error)) {
          onRefused?.(error);
          return;
        }
      }
      if (stopped(signal) || isOver?.()) return;
      if (Date.now() - opened > STEADY) pauses.reset();
      streams.report(stream, 'reconnecting');
      await pause(pauses.next(), signal);
    }
  } finally {
    streams.forget(stream);
  }
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
