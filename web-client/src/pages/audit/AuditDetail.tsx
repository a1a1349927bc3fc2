/** All that an event says. */
import type { AuditEvent } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { Dialog } from '@/components/Dialog';
import { Facts } from '@/components/Facts';
import { Time } from '@/components/Time';
import { UserName } from '@/components/UserName';

import { auditOutcome } from './outcome';

interface Props {
  /** Undefined shows nothing. */
  readonly event: AuditEvent | undefined;
  readonly onClose: () => void;
}

export function AuditDetail({ event, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={event !== undefined} onClose={onClose} title={event?.action} size="lg">
      {event && (
        <Facts
          facts={[
            { label: t('audit.columns.time'), value: <Time value={event.createTime} exact /> },
            {
              label: t('audit.columns.outcome'),
              value: t(`audit.outcomes.${auditOutcome(event.outcome)[0]}`),
            },
            { label: t('audit.reason'), value: event.reason || '–' },
            {
              label: t('audit.columns.user'),
              value: event.userId === '' ? t('audit.nobody') : <UserName userId={event.userId} />,
            },
            { label: t('audit.credential'), value: event.credential || '–' },
            { label: t('audit.columns.address'), value: event.address || '–' },
            { label: t('audit.columns.target'), value: event.target || '–' },
            { label: t('audit.requestId'), value: event.requestId || '–' },
            { label: t('operator.id'), value: event.id },
          ]}
        />
      )}
    </Dialog>
  );
}
