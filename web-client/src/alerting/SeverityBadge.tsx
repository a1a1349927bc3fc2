import type { AlertSeverity } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { StateBadge } from '@/components/StateBadge';

import { severityLook } from './severity';

export function SeverityBadge({ severity }: { readonly severity: AlertSeverity }) {
  const { t } = useTranslation();
  const [name, color] = severityLook(severity);
  return <StateBadge color={color} label={t(`alerts.severities.${name}`)} />;
}
