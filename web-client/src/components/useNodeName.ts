import { useQuery } from '@connectrpc/connect-query';
import { Nodes } from '@hostler/client';

/** Its id while the name is not known. For pages of the staff. */
export function useNodeName(nodeId: string): string {
  const { data } = useQuery(Nodes.method.getNode, { nodeId }, { enabled: nodeId !== '', staleTime: 60_000 });
  return data?.node?.displayName ?? nodeId;
}
