import type { Operation } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { hasEnded } from '@/api/operationFollower';

import { operationStateColor, operationStateKey } from './operationState';
import { StateBadge } from './StateBadge';

export function OperationStateBadge({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  return (
    <StateBadge
      color={operationStateColor(operation.state)}
      pulsing={!hasEnded(operation)}
      label={t(operationStateKey(operation.state))}
    />
  );
}
