/** The form of an operating system, for a new one and for changes. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog } from '@hostler/client';
import { Autocomplete, Checkbox, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { SaveBar } from '@/forms/SaveBar';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { FIELD_NAMES, type SystemValues } from './systemValues';

interface Props {
  readonly initial: SystemValues;
  /** What the button says. */
  readonly label: string;
  readonly send: (values: SystemValues) => Promise<unknown>;
  /** Reads the system anew after somebody else has changed it. */
  readonly onReload?: () => Promise<void>;
}

export function SystemForm({ initial, label, send, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const templates = useQuery(Catalog.method.listTemplates, { pageSize: LARGEST_PAGE });
  const api = useApiForm<SystemValues>({ initialValues: initial, fieldNames: FIELD_NAMES, send });
  const { form } = api;
  // Several hypervisors and storages may hold the same file.
  const names = [...new Set(templates.data?.templates.map(({ name }) => name))];
  return (
    <form onSubmit={api.onSubmit} noValidate>
      <Stack maw={760}>
        <SimpleGrid cols={{ base: 1, xs: 3 }}>
          <TextInput
            label={t('catalog.name')}
            description={t('catalog.systems.nameHint')}
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={t('catalog.systems.version')}
            description={t('catalog.systems.versionHint')}
            key={form.key('version')}
            {...form.getInputProps('version')}
          />
          <TextInput
            label={t('catalog.systems.family')}
            description={t('catalog.systems.familyHint')}
            autoCapitalize="none"
            key={form.key('family')}
            {...form.getInputProps('family')}
          />
        </SimpleGrid>
        <Autocomplete
          label={t('catalog.systems.template')}
          description={t(
            templates.isError ? 'catalog.systems.templatesMissing' : 'catalog.systems.templateHint',
          )}
          data={names}
          limit={50}
          autoCapitalize="none"
          spellCheck={false}
          key={form.key('template')}
          {...form.getInputProps('template')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={t('catalog.systems.minMemory')}
            description={t('catalog.systems.anyHint')}
            min={0}
            step={0.5}
            decimalScale={4}
            key={form.key('minMemory')}
            {...form.getInputProps('minMemory')}
          />
          <NumberInput
            label={t('catalog.systems.minDisk')}
            description={t('catalog.systems.anyHint')}
            min={0}
            allowDecimal={false}
            key={form.key('minDisk')}
            {...form.getInputProps('minDisk')}
          />
        </SimpleGrid>
        <Checkbox
          label={t('catalog.systems.nesting')}
          key={form.key('nesting')}
          {...form.getInputProps('nesting', { type: 'checkbox' })}
        />
        <ConflictNotice api={api} onReload={() => void onReload?.().catch(toasts.failure)} />
        <SaveBar back={paths.systems()} label={label} submitting={api.submitting} />
      </Stack>
    </form>
  );
}
