/** What a command is called, and what it concerns. */
import { ContainerVerb, type NodeAction } from '@hostler/client';

import type { English } from '@/i18n/areas';

type KindName = keyof English['nodes']['commands']['kinds'];

export interface CommandKind {
  readonly name: KindName;
  /** Empty for those that concern no container. */
  readonly containerId: string;
  /** Empty for those that concern no image. */
  readonly image: string;
}

const VERBS: Readonly<Record<ContainerVerb, KindName>> = {
  [ContainerVerb.UNSPECIFIED]: 'unknown',
  [ContainerVerb.START]: 'start',
  [ContainerVerb.STOP]: 'stop',
  [ContainerVerb.RESTART]: 'restart',
  [ContainerVerb.PAUSE]: 'pause',
  [ContainerVerb.UNPAUSE]: 'unpause',
  [ContainerVerb.KILL]: 'kill',
  [ContainerVerb.REMOVE]: 'remove',
};

/** A newer server may send kinds that this page does not know. */
export function commandKind(wanted: NodeAction | undefined): CommandKind {
  const action = wanted?.action;
  switch (action?.case) {
    case 'container': {
      const { containerId, verb } = action.value;
      const name = Object.hasOwn(VERBS, verb) ? VERBS[verb] : 'unknown';
      return { name, containerId, image: '' };
    }
    case 'logs':
      return { name: 'logs', containerId: action.value.containerId, image: '' };
    case 'inspection':
      return { name: 'inspection', containerId: action.value.containerId, image: '' };
    case 'pull':
      return { name: 'pull', containerId: '', image: action.value.image };
    case undefined:
      return { name: 'unknown', containerId: '', image: '' };
  }
}
