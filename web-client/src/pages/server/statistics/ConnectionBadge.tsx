/** Whether the figures beside it are of now. */
import type { ServerStats } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { type StatsConnection, useStatsConnection } from '@/api/stats';
import { StateBadge, type StateColor } from '@/components/StateBadge';

const COLORS: Readonly<Record<StatsConnection, StateColor>> = {
  opening: 'amber',
  live: 'green',
  reconnecting: 'amber',
  refused: 'red',
};

export function ConnectionBadge({ stats }: { readonly stats: ServerStats | undefined }) {
  const { t } = useTranslation();
  const connection = useStatsConnection();
  const stale = connection === 'live' && stats?.stale === true;
  return (
    <span role="status">
      {stale ? (
        <StateBadge color="gray" label={t('statistics.stale')} />
      ) : (
        <StateBadge
          color={COLORS[connection]}
          pulsing={connection === 'opening' || connection === 'reconnecting'}
          label={t(`statistics.connection.${connection}`)}
        />
      )}
    </span>
  );
}
