/** What an operation has done so far, step by step. Tries of one step that follow each other are one line. */
import { type Operation, type OperationStep, StepDirection, StepStatus } from '@hostler/client';
import { List, Loader, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { hasEnded } from '@/api/operationFollower';

import { stepText } from './operationWords';

export function OperationSteps({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const steps = lastTries(operation.steps);
  const ended = hasEnded(operation);
  if (steps.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('steps.none')}
      </Text>
    );
  }
  return (
    <List listStyleType="none" spacing={6} size="sm" center aria-label={t('steps.title')}>
      {steps.map((step, index) => (
        <List.Item key={index} icon={<StepIcon status={step.status} ended={ended} />}>
          {step.direction === StepDirection.UNDO
            ? t('steps.undone', { step: stepText(step, t) })
            : stepText(step, t)}
          {step.attempt > 1 && (
            <Text span size="sm" c="dimmed">
              {` · ${t('steps.attempt', { attempt: step.attempt })}`}
            </Text>
          )}
          {step.detail !== '' && (
            <Text size="xs" c="dimmed" ff="monospace">
              {step.detail}
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  );
}

function StepIcon({ status, ended }: { readonly status: StepStatus; readonly ended: boolean }) {
  const { t } = useTranslation();
  switch (status) {
    case StepStatus.DONE:
      return (
        <ThemeIcon
          size={18}
          radius="xl"
          variant="light"
          color="petrol"
          role="img"
          aria-label={t('steps.done')}
        >
          <IconCheck size={12} />
        </ThemeIcon>
      );
    case StepStatus.FAILED:
      return (
        <ThemeIcon
          size={18}
          radius="xl"
          variant="light"
          color="red"
          role="img"
          aria-label={t('steps.failed')}
        >
          <IconX size={12} />
        </ThemeIcon>
      );
    case StepStatus.STARTED:
    case StepStatus.UNSPECIFIED:
      // A crash may cut a step short; the operation goes on with another try of it.
      return ended ? (
        <ThemeIcon size={18} radius="xl" variant="light" color="gray" aria-hidden>
          <IconMinus size={12} />
        </ThemeIcon>
      ) : (
        <Loader size={18} role="img" aria-label={t('steps.started')} />
      );
  }
}

export function lastTries(steps: readonly OperationStep[]): OperationStep[] {
  return steps.filter((step, index) => {
    const next = steps[index + 1];
    return next?.name !== step.name || next.direction !== step.direction;
  });
}
