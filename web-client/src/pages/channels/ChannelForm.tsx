/** The form of a channel. Of one that is there the kind is fixed, and secrets that are left empty stay. */
import type { Channel } from '@hostler/client';
import { NativeSelect, NumberInput, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { PasswordField } from '@/forms/PasswordField';
import { required } from '@/forms/rules';
import { SaveBar } from '@/forms/SaveBar';
import { type ApiForm, useApiForm } from '@/forms/useApiForm';

import { CHANNEL_KINDS } from './channelKind';
import { type ChannelValues, FIELD_NAMES } from './channelValues';

interface Props {
  readonly initial: ChannelValues;
  /** The channel that is changed; undefined for a new one. */
  readonly channel?: Channel;
  /** What the button says. */
  readonly label: string;
  /** Where "cancel" leads. */
  readonly back: string;
  readonly send: (values: ChannelValues) => Promise<unknown>;
  /** Reads the channel anew after somebody else has changed it. */
  readonly onReload?: () => Promise<void>;
}

export function ChannelForm({ initial, channel, label, back, send, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const api = useApiForm<ChannelValues>({
    mode: 'controlled',
    initialValues: initial,
    fieldNames: FIELD_NAMES,
    validate: {
      displayName: required(t),
      // The server takes what is empty for what is to stay, which only secrets may be.
      addresses: (value, { kind }) => (kind === 'email' ? required(t)(value) : null),
      url: (value, { kind }) =>
        kind === 'webhook' || (kind !== 'email' && !channel) ? required(t)(value) : null,
    },
    send,
  });
  const { form } = api;
  return (
    <form onSubmit={api.onSubmit} noValidate>
      <Stack maw={760}>
        <TextInput label={t('channels.form.name')} {...form.getInputProps('displayName')} />
        {!channel && (
          <NativeSelect
            label={t('channels.kind')}
            data={CHANNEL_KINDS.map((value) => ({ value, label: t(`channels.kinds.${value}`) }))}
            {...form.getInputProps('kind')}
          />
        )}
        <Target form={form} channel={channel} />
        <NumberInput
          label={t('channels.form.rate')}
          description={t('channels.form.rateHint')}
          min={1}
          max={600}
          allowDecimal={false}
          {...form.getInputProps('rate')}
        />
        <Switch label={t('channels.form.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <ConflictNotice api={api} onReload={() => void onReload?.().catch(toasts.failure)} />
        <SaveBar back={back} label={label} submitting={api.submitting} />
      </Stack>
    </form>
  );
}

interface TargetProps {
  readonly form: ApiForm<ChannelValues>['form'];
  readonly channel: Channel | undefined;
}

function Target({ form, channel }: TargetProps) {
  const { t } = useTranslation();
  const { kind } = form.values;
  const target = channel?.target;
  switch (kind) {
    case 'email':
      return (
        <Textarea
          label={t('channels.form.addresses')}
          description={t('channels.form.addressesHint')}
          autosize
          minRows={2}
          {...form.getInputProps('addresses')}
        />
      );
    case 'slack':
    case 'teams': {
      const hint = target?.case === 'slack' || target?.case === 'teams' ? target.value.urlHint : '';
      return (
        <PasswordField
          label={t('channels.form.url')}
          description={hint ? t('channels.form.keep', { hint }) : t(`channels.form.urlHints.${kind}`)}
          autoComplete="off"
          {...form.getInputProps('url')}
        />
      );
    }
    case 'webhook': {
      const hint = target?.case === 'webhook' ? target.value.secretHint : '';
      return (
        <>
          <TextInput
            label={t('channels.form.url')}
            description={t('channels.form.urlHints.webhook')}
            inputMode="url"
            {...form.getInputProps('url')}
          />
          <PasswordField
            label={t('channels.form.secret')}
            description={hint ? t('channels.form.keep', { hint }) : t('channels.form.secretHint')}
            autoComplete="off"
            {...form.getInputProps('secret')}
          />
        </>
      );
    }
  }
}
