/** What a server uses at this moment, in its row of the list. Newer figures draw this cell anew, and nothing else. */
import { IconClockExclamation } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { memo } from 'react';

import { shareOf, useStats } from '@/api/stats';
import type { Format } from '@/format/useFormat';

import classes from './LiveUse.module.css';

export interface LiveUseProps {
  readonly serverId: string;
  /** The list has them at hand: a row finds out nothing that all of them share. */
  readonly t: TFunction;
  readonly format: Format;
}

/** From here on it wants attention, as the rules have it that every installation begins with. */
const HIGH = 0.9;

export default memo(function LiveUse({ serverId, t, format }: LiveUseProps) {
  const stats = useStats(serverId);
  if (!stats?.sampleTime) return <span className={classes.none}>–</span>;
  const shares = [
    [t('servers.use.cpu'), stats.cpuRatio],
    [t('servers.use.memory'), shareOf(stats.memoryBytes, stats.memoryLimitBytes)],
  ] as const;
  return (
    <span className={stats.stale ? `${classes.use} ${classes.old}` : classes.use}>
      {shares.map(([name, share]) => (
        <span key={name} className={classes.share}>
          <span className={classes.name}>{name}</span>{' '}
          <span className={classes.bar} aria-hidden>
            <span
              className={share !== undefined && share > HIGH ? classes.high : classes.filled}
              style={{ transform: `scaleX(${Math.min(1, Math.max(0, share ?? 0))})` }}
            />
          </span>
          <span className={classes.figure}>{share === undefined ? '–' : format.percent(share)}</span>{' '}
        </span>
      ))}
      {stats.stale && (
        <span className={classes.note}>
          <IconClockExclamation size={14} aria-hidden />
          {t('servers.use.old')}
        </span>
      )}
    </span>
  );
});
