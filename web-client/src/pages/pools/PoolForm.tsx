/** The form of an address pool. Of one that is there, the network and its wire are fixed. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog } from '@hostler/client';
import { NativeSelect, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';
import { POOL_KINDS, poolKindName } from '@/staff/poolKind';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { SaveBar } from '@/forms/SaveBar';
import { type ApiForm, useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { isDhcp, type PoolValues } from './poolValues';

interface Props {
  readonly initial: PoolValues;
  /** True for a new one. */
  readonly creates: boolean;
  /** What the button says. */
  readonly label: string;
  readonly send: (values: PoolValues) => Promise<unknown>;
  /** Reads the pool anew after somebody else has changed it. */
  readonly onReload?: () => Promise<void>;
}

export function PoolForm({ initial, creates, label, send, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [kind, setKind] = useState(initial.kind);
  const api = useApiForm<PoolValues>({
    initialValues: initial,
    send,
    onValuesChange: (values) => setKind(values.kind),
  });
  const { form } = api;
  return (
    <form onSubmit={api.onSubmit} noValidate>
      <Stack maw={760}>
        <TextInput
          label={t('catalog.name')}
          description={t('catalog.pools.nameHint')}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        {creates && <Wire form={form} />}
        {!isDhcp(kind) && <Range form={form} creates={creates} />}
        <TextInput
          label={t('catalog.pools.nameservers')}
          description={t('catalog.pools.nameserversHint')}
          key={form.key('nameservers')}
          {...form.getInputProps('nameservers')}
        />
        <ConflictNotice api={api} onReload={() => void onReload?.().catch(toasts.failure)} />
        <SaveBar back={paths.pools()} label={label} submitting={api.submitting} />
      </Stack>
    </form>
  );
}

type Form = ApiForm<PoolValues>['form'];

/** Where the pool is: fixed once it is there. */
function Wire({ form }: { readonly form: Form }) {
  const { t } = useTranslation();
  const known = useQuery(Catalog.method.listHypervisors, { pageSize: LARGEST_PAGE });
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NativeSelect
          label={t('catalog.pools.hypervisor')}
          description={t('catalog.pools.hypervisorHint')}
          data={known.data?.hypervisors.map(({ name }) => name) ?? []}
          key={form.key('hypervisor')}
          {...form.getInputProps('hypervisor')}
        />
        <NativeSelect
          label={t('catalog.pools.kind')}
          description={' '}
          data={POOL_KINDS.map((kind) => {
            const value = poolKindName(kind);
            return { value, label: t(`catalog.pools.kinds.${value}`) };
          })}
          key={form.key('kind')}
          {...form.getInputProps('kind')}
        />
        <TextInput
          label={t('catalog.pools.bridge')}
          description={t('catalog.pools.bridgeHint')}
          key={form.key('bridge')}
          {...form.getInputProps('bridge')}
        />
        <NumberInput
          label={t('catalog.pools.vlan')}
          description={t('catalog.pools.vlanHint')}
          min={0}
          allowDecimal={false}
          key={form.key('vlanTag')}
          {...form.getInputProps('vlanTag')}
        />
      </SimpleGrid>
      <TextInput
        label={t('catalog.pools.network')}
        description={t('catalog.pools.networkHint')}
        key={form.key('network')}
        {...form.getInputProps('network')}
      />
    </>
  );
}

/** What is handed out; a DHCP server of the network does that by itself. */
function Range({ form, creates }: { readonly form: Form; readonly creates: boolean }) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      <TextInput
        label={t('catalog.pools.gateway')}
        description={t('catalog.pools.gatewayHint')}
        key={form.key('gateway')}
        {...form.getInputProps('gateway')}
      />
      <TextInput
        label={t('catalog.pools.first')}
        description={creates ? t('catalog.pools.firstHint') : ' '}
        key={form.key('firstAddress')}
        {...form.getInputProps('firstAddress')}
      />
      <TextInput
        label={t('catalog.pools.last')}
        description={creates ? t('catalog.pools.lastHint') : ' '}
        key={form.key('lastAddress')}
        {...form.getInputProps('lastAddress')}
      />
    </SimpleGrid>
  );
}
