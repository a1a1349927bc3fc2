/** The alert centre: what fires, live; what was; and what is not to be told of. */
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { AddressTabs } from '@/components/AddressTabs';
import { PageHeader } from '@/components/PageHeader';

import { HistoryTab } from './HistoryTab';
import { OpenTab } from './OpenTab';
import { SilencesTab } from './SilencesTab';

export default function AlertsPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <PageHeader title={t('alerts.title')} description={t('alerts.text')} />
      <AddressTabs
        label={t('alerts.tabs.label')}
        tabs={[
          { value: 'open', label: t('alerts.tabs.open'), content: <OpenTab /> },
          { value: 'history', label: t('alerts.tabs.history'), content: <HistoryTab /> },
          { value: 'silences', label: t('alerts.tabs.silences'), content: <SilencesTab /> },
        ]}
      />
    </Stack>
  );
}
