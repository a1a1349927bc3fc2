/** Why something cannot be done with a server right now. The server decides; this spares a refusal and says why a button is off. */
import { type Server, ServerState, type User, UserRole } from '@hostler/client';
import type { ParseKeys } from 'i18next';

import type { English } from '@/i18n/areas';

export type Action =
  'start' | 'stop' | 'restart' | 'delete' | 'resize' | 'rename' | 'resetPassword' | 'snapshot';

type Obstacle = keyof English['server']['obstacles'];
type ObstacleKey = Extract<ParseKeys, `server.obstacles.${string}`>;

const { RUNNING, STOPPED, FAILED, LOST } = ServerState;
const AT_REST = [RUNNING, STOPPED];

const NEEDS: Readonly<Record<Action, readonly [states: readonly ServerState[], otherwise: Obstacle]>> = {
  start: [[STOPPED], 'needsStopped'],
  stop: [[RUNNING], 'needsRunning'],
  restart: [[RUNNING], 'needsRunning'],
  delete: [[RUNNING, STOPPED, FAILED, LOST], 'notNow'],
  resize: [AT_REST, 'needsRest'],
  rename: [AT_REST, 'needsRest'],
  resetPassword: [[RUNNING], 'needsRunning'],
  snapshot: [AT_REST, 'needsRest'],
};

export function obstacleTo(action: Action, server: Server, me: User | undefined): ObstacleKey | undefined {
  if (onlyLooks(server, me)) return 'server.obstacles.onlyLooking';
  if (server.operationId !== '') return 'server.obstacles.busy';
  const [states, otherwise] = NEEDS[action];
  return states.includes(server.state) ? undefined : `server.obstacles.${otherwise}`;
}

/** Support sees everybody's servers and changes none but its own. */
export function onlyLooks(server: Server, me: User | undefined): boolean {
  return me?.role === UserRole.SUPPORT && server.ownerId !== me.id;
}
