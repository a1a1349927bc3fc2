/** Why an operation did not succeed, what that means, and what to quote. */
import { type Operation, OperationState } from '@hostler/client';
import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { operationKindKey } from '@/components/operationKind';
import { failureText } from './operationWords';

interface Props {
  readonly operation: Operation;
  /** Without it the notice stays. */
  readonly onClose?: () => void;
}

export function OperationFailure({ operation, onClose }: Props) {
  const { t } = useTranslation();
  const { error, state, id, kind } = operation;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle aria-hidden />}
      title={t('steps.failedTitle', { kind: t(operationKindKey(kind)) })}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={t('common.close')}
      {...(onClose && { onClose })}
    >
      <Stack gap={4}>
        <Text size="sm">
          {[
            error && failureText(error, t),
            state === OperationState.STUCK ? t('steps.stuckText') : t('steps.undoneText'),
          ]
            .filter(Boolean)
            .join(' ')}
        </Text>
        {error?.detail && (
          <Text size="xs" ff="monospace">
            {error.detail}
          </Text>
        )}
        <Text size="xs">{t('steps.reference', { id })}</Text>
      </Stack>
    </Alert>
  );
}
