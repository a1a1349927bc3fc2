/** Work that goes on, live: how far it is, its steps, and a way to stop it. */
import { useMutation } from '@connectrpc/connect-query';
import { Operations } from '@hostler/client';
import { Button, Collapse, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { useOperation } from '@/api/operations';
import { newRequestId } from '@/api/requestId';

import { operationKindKey } from '@/components/operationKind';
import { canBeCancelled, operationPercent } from '@/components/operationState';
import { OperationStateBadge } from '@/components/OperationStateBadge';
import { OperationSteps } from './OperationSteps';
import { stepText } from './operationWords';
import { useToasts } from '@/components/toast';

interface Props {
  readonly operationId: string;
  /** False for those who only look. */
  readonly cancellable: boolean;
}

export function OperationProgress({ operationId, cancellable }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const heading = useId();
  const steps = useId();
  const [opened, { toggle }] = useDisclosure(false);
  const { operation } = useOperation(operationId);
  const cancel = useMutation(Operations.method.cancelOperation, {
    onError: (error) => toasts.failure(error),
  });
  if (!operation) return null;
  const { progress } = operation;
  const percent = operationPercent(operation);
  const present = operation.steps.at(-1);
  return (
    <Paper component="section" aria-labelledby={heading} withBorder p="md" radius="md">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text fw={600} id={heading}>
            {t(operationKindKey(operation.kind))}
          </Text>
          <OperationStateBadge operation={operation} />
        </Group>
        <Progress value={percent} aria-label={t('steps.progress')} animated striped size="lg" />
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {operation.cancelRequested
              ? t('steps.cancelling')
              : [
                  progress && progress.step > 0
                    ? t('operations.step', { step: progress.step, count: progress.stepCount })
                    : undefined,
                  present && stepText(present, t),
                ]
                  .filter(Boolean)
                  .join(' · ')}
          </Text>
          <Group gap="xs">
            <Button variant="subtle" size="xs" onClick={toggle} aria-expanded={opened} aria-controls={steps}>
              {t(opened ? 'steps.hide' : 'steps.show')}
            </Button>
            {cancellable && canBeCancelled(operation) && (
              <Button
                variant="default"
                size="xs"
                loading={cancel.isPending}
                onClick={() => cancel.mutate({ operationId, requestId: newRequestId() })}
              >
                {t('steps.cancel')}
              </Button>
            )}
          </Group>
        </Group>
        <Collapse expanded={opened} id={steps}>
          <OperationSteps operation={operation} />
        </Collapse>
      </Stack>
    </Paper>
  );
}
