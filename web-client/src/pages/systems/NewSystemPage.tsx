/** A new operating system. */
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

import { SystemForm } from './SystemForm';
import { NEW_SYSTEM, systemOf } from './systemValues';

export default function NewSystemPage() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Catalog);
  const invalidate = useInvalidate();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader title={t('catalog.systems.create')} />
      <Space h="md" />
      <SystemForm
        initial={NEW_SYSTEM}
        label={t('catalog.systems.create')}
        send={async (values) => {
          await client.createOperatingSystem({
            operatingSystem: systemOf(values),
            requestId: newRequestId(),
          });
          invalidate(Catalog.method.listOperatingSystems);
          toasts.success(t('operator.created', { name: values.name }));
          await navigate(paths.systems());
        }}
      />
    </>
  );
}
