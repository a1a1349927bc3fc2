/** The containers of one node, live. */
import {
  type Container,
  Containers,
  type NodeContainers,
  type WatchContainersResponse,
} from '@hostler/client';

import { type LiveOfNode, type NodeStream, useNodeStream } from './useNodeStream';

/** What is known of a node's containers. */
export interface KnownContainers extends Pick<NodeContainers, 'nodeId' | 'engine' | 'problem' | 'stale'> {
  /** By id; a new map for every change. */
  readonly containers: ReadonlyMap<string, Container>;
}

const CONTAINERS: NodeStream<typeof Containers, WatchContainersResponse, KnownContainers> = {
  service: Containers,
  open: (client, nodeId, signal) => client.watchContainers({ nodeIds: [nodeId] }, { signal }),
  take: (before, { event }) => (event.case === 'changed' ? merged(before, event.value) : before),
};

export function useNodeContainers(nodeId: string): LiveOfNode<KnownContainers> {
  return useNodeStream(CONTAINERS, nodeId);
}

/** What is known after news. */
function merged(before: KnownContainers | undefined, news: NodeContainers): KnownContainers {
  const keeps = !news.complete && before?.nodeId === news.nodeId;
  const containers = new Map(keeps ? before.containers : []);
  for (const id of news.removedContainerIds) containers.delete(id);
  for (const container of news.containers) containers.set(container.id, container);
  const { nodeId, engine, problem, stale } = news;
  return { nodeId, engine, problem, stale, containers };
}
