/** What a stream tells of one node, live, for as long as a page shows it. */
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { useEffect, useState } from 'react';

import { useApi } from './ApiContext';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;

interface OfNode {
  readonly nodeId: string;
  readonly stale: boolean;
}

/** Made once, outside of components: another one opens the stream anew. */
export interface NodeStream<Service extends DescService, Message, Known extends OfNode> {
  readonly service: Service;
  readonly open: (client: Client<Service>, nodeId: string, signal: AbortSignal) => AsyncIterable<Message>;
  /** What is known after a message. */
  readonly take: (before: Known | undefined, message: Message) => Known | undefined;
}

export interface LiveOfNode<Known> {
  /** Undefined while nothing has come. */
  readonly known: Known | undefined;
  /** Why there is nothing to be had. */
  readonly error: unknown;
  readonly retry: () => void;
}

export function useNodeStream<Service extends DescService, Message, Known extends OfNode>(
  stream: NodeStream<Service, Message, Known>,
  nodeId: string,
): LiveOfNode<Known> {
  const { transport, streams } = useApi();
  const [known, setKnown] = useState<Known>();
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const client = createClient(stream.service, transport);
    void watch({
      open: (signal) => stream.open(client, nodeId, signal),
      onMessage: (message) => setKnown((before) => stream.take(before, message)),
      onOpen: () => setError(undefined),
      onRefused: setError,
      onState: (state) => {
        if (state === 'reconnecting') setKnown((before) => before && { ...before, stale: true });
      },
      silence: SILENCE,
      streams,
      signal: controller.signal,
    });
    return () => controller.abort();
  }, [transport, streams, stream, nodeId, attempt]);
  return {
    known: known?.nodeId === nodeId ? known : undefined,
    error,
    retry: () => setAttempt((before) => before + 1),
  };
}
