/** Which of the open alerts are shown, and in which order. */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Alert, AlertSeverity } from '@hostler/client';

import { placeName } from '@/alerting/place';

/** Who or what cares for an alert. */
export const CARES = ['nobody', 'acknowledged', 'silenced'] as const;

export type Care = (typeof CARES)[number];

interface Filters {
  /** Part of the name of the rule, or of what it is about. */
  readonly query: string;
  readonly severity: AlertSeverity | undefined;
  readonly care: Care | undefined;
}

function careOf(alert: Alert): Care {
  if (alert.acknowledgeTime) return 'acknowledged';
  return alert.silenceEndTime ? 'silenced' : 'nobody';
}

/** What nobody looks after comes first, then the worst, then the newest. */
export function listAlerts(alerts: Iterable<Alert>, { query, severity, care }: Filters): Alert[] {
  const wanted = query.trim().toLocaleLowerCase();
  return [...alerts]
    .filter(
      (alert) =>
        (severity === undefined || alert.severity === severity) &&
        (care === undefined || careOf(alert) === care) &&
        `${alert.ruleName}\n${placeName(alert)}`.toLocaleLowerCase().includes(wanted),
    )
    .sort(
      (a, b) =>
        CARES.indexOf(careOf(a)) - CARES.indexOf(careOf(b)) || b.severity - a.severity || fired(b) - fired(a),
    );
}

function fired({ fireTime, beginTime }: Alert): number {
  const time = fireTime ?? beginTime;
  return time ? timestampMs(time) : 0;
}
