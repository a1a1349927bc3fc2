/** All there is to know of one node at this moment, live. */
import { Nodes, type NodeStats, type WatchNodeStatsResponse } from '@hostler/client';

import { type LiveOfNode, type NodeStream, useNodeStream } from './useNodeStream';

const DETAILS: NodeStream<typeof Nodes, WatchNodeStatsResponse, NodeStats> = {
  service: Nodes,
  open: (client, nodeId, signal) => client.watchNodeStats({ nodeIds: [nodeId], details: true }, { signal }),
  take: (before, { event }) =>
    event.case === 'snapshot' || event.case === 'changes' ? event.value.stats[0] : before,
};

export function useNodeDetails(nodeId: string): LiveOfNode<NodeStats> {
  return useNodeStream(DETAILS, nodeId);
}
