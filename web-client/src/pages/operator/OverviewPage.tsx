/** What wants the staff's attention, and what is missing before the first order. */
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { PageHeader } from '@/components/PageHeader';

import { Attention } from './Attention';
import { FirstOrder } from './FirstOrder';

export default function OverviewPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('operator.overview.title')} description={t('operator.overview.text')} />
      <Stack mt="md">
        <Attention />
        <FirstOrder />
      </Stack>
    </>
  );
}
