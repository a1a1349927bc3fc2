import { useTranslation } from 'react-i18next';

import { SEVERITIES, severityLook, severityOf } from '@/alerting/severity';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { useSearchState } from '@/frame/useSearchState';

/** The severity that is chosen in the address. */
export function SeverityFilter() {
  const { t } = useTranslation();
  const search = useSearchState();
  const chosen = severityOf(search.get('severity'));
  return (
    <ChoiceFilter
      label={t('alerts.severity')}
      any={t('alerts.anySeverity')}
      value={chosen === undefined ? undefined : severityLook(chosen)[0]}
      choices={SEVERITIES.map((severity) => {
        const [value] = severityLook(severity);
        return { value, label: t(`alerts.severities.${value}`) };
      })}
      onChange={(value) => search.set('severity', value)}
    />
  );
}
