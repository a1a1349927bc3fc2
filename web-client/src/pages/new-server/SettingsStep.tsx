import type { IpPool } from '@hostler/client';
import { Checkbox, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import type { Draft } from './draft';

interface Props {
  readonly form: UseFormReturnType<Draft>;
  readonly pools: readonly IpPool[];
}

export function SettingsStep({ form, pools }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack maw={640}>
      <TextInput
        label={t('newServer.settings.name')}
        description={t('newServer.settings.nameHint')}
        placeholder="web-1"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        {...form.getInputProps('name')}
      />
      <Textarea
        label={t('newServer.settings.keys')}
        description={t('newServer.settings.keysHint')}
        placeholder={t('newServer.settings.keysPlaceholder')}
        rows={4}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('sshPublicKeys')}
      />
      {pools.length > 0 && (
        <NativeSelect
          label={t('newServer.settings.network')}
          data={[
            { value: '', label: t('newServer.settings.anyNetwork') },
            ...pools.map(({ id, name, network, addressCount, usedCount }) => ({
              value: id,
              label:
                addressCount === 0n
                  ? `${name} (${network})`
                  : t('newServer.settings.networkFree', {
                      name,
                      network,
                      free: format.number(Number(addressCount - usedCount)),
                    }),
            })),
          ]}
          {...form.getInputProps('ipPoolId')}
        />
      )}
      <Checkbox
        label={t('newServer.settings.keepStopped')}
        description={t('newServer.settings.keepStoppedHint')}
        {...form.getInputProps('keepStopped', { type: 'checkbox' })}
      />
    </Stack>
  );
}
