/** Tells a node to do something and follows it to its end. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { ConnectError, createClient } from '@connectrpc/connect';
import {
  type NodeActionSchema,
  type NodeCommand,
  type NodeCommandOutput,
  NodeCommands,
  NodeCommandState,
} from '@hostler/client';
import { useMemo } from 'react';

import { useApi } from './ApiContext';
import { newRequestId } from './requestId';
import { watch } from './watch';

/** The server says something every 15 seconds. */
const SILENCE = 45_000;

export interface Following {
  readonly nodeId: string;
  readonly action: MessageInitShape<typeof NodeActionSchema>;
  readonly onOutput?: (output: NodeCommandOutput) => void;
  /** The stream is opened, and begins with what was put out before. */
  readonly onOpen?: () => void;
  /** Nobody waits for it any more: it is taken back, and this ends with nothing. */
  readonly signal: AbortSignal;
}

export function useNodeCommand(): (following: Following) => Promise<NodeCommand | undefined> {
  const { transport, streams } = useApi();
  return useMemo(() => {
    const client = createClient(NodeCommands, transport);
    return async ({ nodeId, action, onOutput, onOpen, signal }: Following) => {
      const { command } = await client.runNodeCommand({ nodeId, action, requestId: newRequestId() });
      if (!command) return undefined;
      const nodeCommandId = command.id;
      let last = command;
      let refused: unknown;
      await watch({
        open: (connection) => client.watchNodeCommand({ nodeCommandId }, { signal: connection }),
        onOpen: () => onOpen?.(),
        onMessage: ({ event }) => {
          if (event.case === 'changed') last = event.value;
          if (event.case === 'output') onOutput?.(event.value);
        },
        onRefused: (error) => {
          refused = error;
        },
        isOver: () => isEnd(last.state),
        silence: SILENCE,
        streams,
        signal,
      });
      if (refused !== undefined) throw ConnectError.from(refused);
      if (!signal.aborted) return last;
      // It may have ended meanwhile: then nothing is taken back.
      await client.cancelNodeCommand({ nodeCommandId, requestId: newRequestId() });
      return undefined;
    };
  }, [transport, streams]);
}

export function isEnd(state: NodeCommandState): boolean {
  return (
    state !== NodeCommandState.UNSPECIFIED &&
    state !== NodeCommandState.QUEUED &&
    state !== NodeCommandState.RUNNING
  );
}
