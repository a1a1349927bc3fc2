/** A new tariff. */
import { Catalog } from '@hostler/client';
import { Space } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { PageHeader } from '@/components/PageHeader';
import { useToasts } from '@/components/toast';
import { paths } from '@/paths';

import { TariffForm } from './TariffForm';
import { NEW_TARIFF, tariffOf } from './tariffValues';

export default function NewTariffPage() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Catalog);
  const invalidate = useInvalidate();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={t('catalog.tariffs.create')} />
      <Space h="md" />
      <TariffForm
        initial={NEW_TARIFF}
        label={t('catalog.tariffs.create')}
        send={async (values) => {
          await client.createTariff({ tariff: tariffOf(values), requestId: newRequestId() });
          invalidate(Catalog.method.listTariffs);
          toasts.success(t('operator.created', { name: values.name }));
          await navigate(paths.tariffs());
        }}
      />
    </>
  );
}
