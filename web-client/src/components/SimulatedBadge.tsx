/** Says that a server is not real, wherever one is named. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function SimulatedBadge() {
  const { t } = useTranslation();
  return (
    <Badge size="xs" variant="light" color="apricot" tt="none" title={t('common.simulatedHint')}>
      {t('common.simulated')}
    </Badge>
  );
}
