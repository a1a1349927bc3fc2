/** The form of a tariff, for a new one and for changes. */
import { NumberInput, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { SaveBar } from '@/forms/SaveBar';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { FIELD_NAMES, type TariffValues } from './tariffValues';

interface Props {
  readonly initial: TariffValues;
  /** What the button says. */
  readonly label: string;
  readonly send: (values: TariffValues) => Promise<unknown>;
  /** Reads the tariff anew after somebody else has changed it. */
  readonly onReload?: () => Promise<void>;
}

export function TariffForm({ initial, label, send, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const api = useApiForm<TariffValues>({ initialValues: initial, fieldNames: FIELD_NAMES, send });
  const { form } = api;
  return (
    <form onSubmit={api.onSubmit} noValidate>
      <Stack maw={760}>
        <TextInput
          label={t('catalog.name')}
          description={t('catalog.tariffs.nameHint')}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <Textarea
          label={t('catalog.description')}
          autosize
          minRows={2}
          key={form.key('description')}
          {...form.getInputProps('description')}
        />
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <NumberInput
            label={t('catalog.tariffs.cpu')}
            min={0}
            step={0.5}
            decimalScale={3}
            key={form.key('cores')}
            {...form.getInputProps('cores')}
          />
          <NumberInput
            label={t('catalog.tariffs.memory')}
            min={0}
            step={0.5}
            decimalScale={4}
            key={form.key('memory')}
            {...form.getInputProps('memory')}
          />
          <NumberInput
            label={t('catalog.tariffs.disk')}
            min={0}
            allowDecimal={false}
            key={form.key('disk')}
            {...form.getInputProps('disk')}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={t('catalog.tariffs.price')}
            description={t('catalog.tariffs.priceHint')}
            decimalScale={3}
            key={form.key('price')}
            {...form.getInputProps('price')}
          />
          <TextInput
            label={t('catalog.tariffs.currency')}
            description={t('catalog.tariffs.currencyHint')}
            maxLength={3}
            autoCapitalize="characters"
            key={form.key('currency')}
            {...form.getInputProps('currency')}
          />
          <NumberInput
            label={t('catalog.tariffs.network')}
            description={t('catalog.tariffs.networkHint')}
            min={0}
            step={100}
            key={form.key('network')}
            {...form.getInputProps('network')}
          />
          <NumberInput
            label={t('catalog.tariffs.snapshotLimit')}
            description={t('catalog.tariffs.snapshotHint')}
            min={0}
            allowDecimal={false}
            key={form.key('snapshotLimit')}
            {...form.getInputProps('snapshotLimit')}
          />
        </SimpleGrid>
        <ConflictNotice api={api} onReload={() => void onReload?.().catch(toasts.failure)} />
        <SaveBar back={paths.tariffs()} label={label} submitting={api.submitting} />
      </Stack>
    </form>
  );
}
