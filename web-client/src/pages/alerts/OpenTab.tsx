/** What fires now, as it comes and goes. */
import type { Alert } from '@hostler/client';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconSearchOff } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { AlertCard } from '@/alerting/AlertCard';
import { severityOf } from '@/alerting/severity';
import { SilenceDialog } from '@/alerting/SilenceDialog';
import { useFiringAlerts } from '@/api/alerts';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { SearchField } from '@/components/SearchField';
import { useFormat } from '@/format/useFormat';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { useSearchState } from '@/frame/useSearchState';

import { AlertDetails } from './AlertDetails';
import { CARES, listAlerts } from './alertList';
import { SeverityFilter } from './SeverityFilter';

/** Nobody reads more at a time; the filters find the others. */
const MOST = 200;

export function OpenTab() {
  const { t } = useTranslation();
  const format = useFormat();
  const { alerts, complete, error, retry } = useFiringAlerts();
  const search = useSearchState();
  const [silenced, setSilenced] = useState<Alert>();
  const [detailed, setDetailed] = useState<Alert>();
  const query = search.get('q');
  const severity = severityOf(search.get('severity'));
  const care = CARES.find((known) => known === search.get('care'));
  const shown = useMemo(
    () => listAlerts(alerts.values(), { query, severity, care }),
    [alerts, query, severity, care],
  );
  if (!complete) {
    return error === undefined ? <PageSkeleton /> : <ErrorState error={error} onRetry={retry} />;
  }
  const count = { count: alerts.size, formatted: format.number(alerts.size) };
  return (
    <Stack>
      {/* What is shown is of before. */}
      {error !== undefined && <ErrorState error={error} onRetry={retry} />}
      <Group gap="sm">
        <SearchField label={t('common.search')} value={query} onChange={(value) => search.set('q', value)} />
        <SeverityFilter />
        <ChoiceFilter
          label={t('alerts.care')}
          any={t('alerts.anyCare')}
          value={care}
          choices={CARES.map((value) => ({ value, label: t(`alerts.cares.${value}`) }))}
          onChange={(value) => search.set('care', value)}
        />
      </Group>
      <Text c="dimmed" role="status">
        {t('alerts.count', count)}
      </Text>
      {alerts.size === 0 ? (
        <EmptyState icon={IconCircleCheck} title={t('alerts.empty.title')} text={t('alerts.empty.text')} />
      ) : shown.length === 0 ? (
        <EmptyState
          icon={IconSearchOff}
          title={t('common.nothingFits.title')}
          text={t('common.nothingFits.text')}
          action={
            <Button variant="light" onClick={search.clear}>
              {t('common.clearFilters')}
            </Button>
          }
        />
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {shown.slice(0, MOST).map((alert) => (
            <AlertCard key={alert.id} alert={alert} onSilence={setSilenced} onDetails={setDetailed} />
          ))}
        </Stack>
      )}
      <SilenceDialog alert={silenced} onClose={() => setSilenced(undefined)} />
      <AlertDetails alert={detailed} onClose={() => setDetailed(undefined)} />
    </Stack>
  );
}
