/** A channel as the form holds it. Secrets are never in it but while they are typed. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Channel, ChannelSchema } from '@hostler/client';

import { int32, type Typed } from '@/forms/units';

import { CHANNEL_KINDS, channelKind, type ChannelKind } from './channelKind';

export interface ChannelValues {
  readonly displayName: string;
  readonly kind: ChannelKind;
  /** One a line. */
  readonly addresses: string;
  readonly url: string;
  readonly secret: string;
  readonly rate: Typed;
  readonly enabled: boolean;
}

/** Fields of the form by the protocol's names, where they differ. */
export const FIELD_NAMES = { rate_per_minute: 'rate', disabled: 'enabled', target: 'kind' } as const;

/** All that the form changes. */
export const MASK = ['display_name', 'target', 'disabled', 'rate_per_minute'];

export const NEW_CHANNEL: ChannelValues = {
  displayName: '',
  kind: 'email',
  addresses: '',
  url: '',
  secret: '',
  rate: 30,
  enabled: true,
};

export function channelOf(values: ChannelValues): MessageInitShape<typeof ChannelSchema> {
  return {
    displayName: values.displayName,
    target: targetOf(values),
    disabled: !values.enabled,
    ratePerMinute: int32(values.rate),
  };
}

function targetOf({
  kind,
  addresses,
  url,
  secret,
}: ChannelValues): NonNullable<MessageInitShape<typeof ChannelSchema>['target']> {
  const trimmed = url.trim();
  switch (kind) {
    case 'email': {
      const lines = addresses.split(/[\s,;]+/).filter((line) => line !== '');
      return { case: 'email', value: { addresses: lines.map((line) => line.toLowerCase()) } };
    }
    case 'slack':
      return { case: 'slack', value: { url: trimmed } };
    case 'teams':
      return { case: 'teams', value: { url: trimmed } };
    case 'webhook':
      return { case: 'webhook', value: { url: trimmed, secret } };
  }
}

export function valuesOf(channel: Channel): ChannelValues {
  const { target } = channel;
  return {
    ...NEW_CHANNEL,
    displayName: channel.displayName,
    kind: CHANNEL_KINDS.find((kind) => kind === channelKind(channel)) ?? 'email',
    addresses: target.case === 'email' ? target.value.addresses.join('\n') : '',
    url: target.case === 'webhook' ? target.value.url : '',
    rate: channel.ratePerMinute,
    enabled: !channel.disabled,
  };
}
