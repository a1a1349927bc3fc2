/** Says that somebody looks after an alert, or takes that back. */
import { useMutation } from '@connectrpc/connect-query';
import { type Alert, Alerts } from '@hostler/client';

import { AlertsFeed } from '@/api/alerts';
import { useFeed } from '@/api/ApiContext';
import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { useToasts } from '@/components/toast';

export function useAcknowledge(alert: Alert): { readonly toggle: () => void; readonly busy: boolean } {
  const alerts = useFeed(AlertsFeed);
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const report = {
    onSuccess: (answer: { alert?: Alert }) => {
      if (answer.alert) alerts.put(answer.alert);
      invalidate(Alerts.method.listAlerts, Alerts.method.getAlert);
    },
    onError: (error: unknown) => toasts.failure(error),
  };
  const acknowledge = useMutation(Alerts.method.acknowledgeAlert, report);
  const takeBack = useMutation(Alerts.method.unacknowledgeAlert, report);
  const request = () => ({ alertId: alert.id, requestId: newRequestId() });
  return {
    toggle: () => (alert.acknowledgeTime ? takeBack.mutate(request()) : acknowledge.mutate(request())),
    busy: acknowledge.isPending || takeBack.isPending,
  };
}
