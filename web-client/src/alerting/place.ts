/** What an alert is about: what people call it, and the page that it is on. */
import type { Alert } from '@hostler/client';

import { paths } from '@/paths';

export function placeName({ serverName, nodeName, containerName }: Alert): string {
  if (containerName !== '') return `${containerName} (${nodeName})`;
  return nodeName === '' ? serverName : nodeName;
}

/** Of a server, the page itself or the one with its figures. */
export function placePath({ serverId, nodeId }: Alert, figures = false): string {
  if (nodeId !== '') return paths.node(nodeId);
  return figures ? paths.serverTab(serverId, 'statistics') : paths.server(serverId);
}
