/** Tells how operations ended that were started in this browser, wherever the person is by then. */
import { OperationState } from '@hostler/client';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { useApi } from '@/api/ApiContext';
import { operationKindKey } from '@/components/operationKind';
import { useToasts } from '@/components/toast';

export function OperationToasts() {
  const { t } = useTranslation();
  const { operations } = useApi();
  const toasts = useToasts();
  useEffect(
    () =>
      operations.onEnd((operation, { subject }) => {
        const kind = t(operationKindKey(operation.kind));
        switch (operation.state) {
          case OperationState.SUCCEEDED:
            toasts.success(t('operations.toast.succeeded', { subject }), kind);
            break;
          case OperationState.CANCELLED:
            toasts.success(t('operations.toast.cancelled', { subject }), kind);
            break;
          case OperationState.FAILED:
            toasts.warning(
              t('operations.toast.failed', { subject }),
              t('operations.toast.failedText', { kind }),
            );
            break;
          case OperationState.STUCK:
            toasts.warning(
              t('operations.toast.stuck', { subject }),
              t('operations.toast.stuckText', { kind }),
            );
            break;
          case OperationState.UNSPECIFIED:
          case OperationState.PENDING:
          case OperationState.RUNNING:
          case OperationState.UNWINDING:
            break;
        }
      }),
    [operations, t, toasts],
  );
  return null;
}
