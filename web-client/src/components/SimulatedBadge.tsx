/** Says that a server is not real, wherever one is named. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import classes from './SimulatedBadge.module.css';

export function SimulatedBadge() {
  const { t } = useTranslation();
  return <SimulatedLabel t={t} />;
}

/** The same for rows of long lists, whose list has the words at hand. */
export function SimulatedLabel({ t }: { readonly t: TFunction }) {
  return (
    <span className={classes.badge} title={t('common.simulatedHint')}>
      {t('common.simulated')}
    </span>
  );
}
