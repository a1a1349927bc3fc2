/** What a command is called, and what it concerns. */
import { ContainerVerb, type NodeAction } from '@hostler/client';

import type { English } from '@/i18n/areas';

type KindName = keyof English['nodes']['commands']['kinds'];

export interface CommandKind {
  readonly name: KindName;
  /** Empty for those that concern no container. */
  readonly containerId: string;
  /** What else it concerns: an image, or the number of a guest. May be empty. */
  readonly target: string;
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
      return { name, containerId, target: '' };
    }
    case 'logs':
      return { name: 'logs', containerId: action.value.containerId, target: '' };
    case 'inspection':
      return { name: 'inspection', containerId: action.value.containerId, target: '' };
    case 'pull':
      return { name: 'pull', containerId: '', target: action.value.image };
    case 'guestPassword':
      return { name: 'guestPassword', containerId: '', target: String(action.value.vmid) };
    case undefined:
      return { name: 'unknown', containerId: '', target: '' };
  }
}
