/** Kinds of channels. */
import type { Channel } from '@hostler/client';

import type { English } from '@/i18n/areas';

export const CHANNEL_KINDS = ['email', 'slack', 'teams', 'webhook'] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A newer server may have kinds that this page does not know. */
export function channelKind({ target }: Channel): keyof English['channels']['kinds'] {
  return target.case ?? 'unknown';
}

/** Where it leads, as far as anybody is told. */
export function channelTarget({ target }: Channel): string {
  switch (target.case) {
    case 'email':
      return target.value.addresses.join(', ');
    case 'slack':
    case 'teams':
      return target.value.urlHint;
    case 'webhook':
      return target.value.url;
    case undefined:
      return '–';
  }
}
