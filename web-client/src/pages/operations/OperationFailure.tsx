/** Why an operation did not succeed: for people, for reports, and in the hypervisor's own words. */
import { type Operation, OperationState } from '@hostler/client';
import { Alert, Code, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { failureText } from '@/work/operationWords';

export function OperationFailure({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const { error, state } = operation;
  if (!error) return null;
  return (
    <Alert
      color="red"
      variant="light"
      title={t('operationPages.error')}
      icon={<IconAlertCircle aria-hidden />}
    >
      <Stack gap="xs">
        {state === OperationState.UNWINDING && (
          <Text size="sm">{t('operationPages.errorWhileUnwinding')}</Text>
        )}
        <Text size="sm">{failureText(error, t)}</Text>
        <Text size="sm" lang="en">
          {error.message} <Code>{error.reason}</Code>
        </Text>
        {error.detail !== '' && (
          <div>
            <Text size="sm">{t('operationPages.detail')}</Text>
            <Code block lang="en" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {error.detail}
            </Code>
          </div>
        )}
      </Stack>
    </Alert>
  );
}
