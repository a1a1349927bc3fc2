/** What an operation has done, step by step, each try by itself. */
import { type OperationStep, StepDirection, StepStatus } from '@hostler/client';
import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { stepText } from '@/work/operationWords';
import { StateBadge, type StateColor } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import type { English } from '@/i18n/areas';

type StatusName = keyof English['operationPages']['statuses'];

const STATUSES: Readonly<Record<StepStatus, readonly [StatusName, StateColor]>> = {
  [StepStatus.UNSPECIFIED]: ['unspecified', 'gray'],
  [StepStatus.STARTED]: ['started', 'amber'],
  [StepStatus.DONE]: ['done', 'green'],
  [StepStatus.FAILED]: ['failed', 'red'],
};

export function OperationSteps({ steps }: { readonly steps: readonly OperationStep[] }) {
  const { t } = useTranslation();
  if (steps.length === 0) return <Text c="dimmed">{t('operationPages.noSteps')}</Text>;
  return (
    <Stack component="ol" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
      {steps.map((step, index) => (
        <Step key={index} step={step} />
      ))}
    </Stack>
  );
}

function Step({ step }: { readonly step: OperationStep }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, direction, status, attempt, startTime, endTime, detail } = step;
  const [statusName, color] = Object.hasOwn(STATUSES, status)
    ? STATUSES[status]
    : STATUSES[StepStatus.UNSPECIFIED];
  return (
    <li>
      <Group gap="sm" align="baseline">
        <StateBadge
          color={color}
          pulsing={status === StepStatus.STARTED && !endTime}
          label={t(`operationPages.statuses.${statusName}`)}
        />
        <Text fw={600} title={name}>
          {stepText(step, t)}
        </Text>
        {direction === StepDirection.UNDO && (
          <Badge size="sm" variant="light" color="apricot" tt="none">
            {t('operationPages.undo')}
          </Badge>
        )}
        {attempt > 1 && (
          <Text size="sm" c="dimmed">
            {t('operationPages.attempt', { attempt: format.number(attempt) })}
          </Text>
        )}
        <Text size="sm" c="dimmed" component="span">
          <Time value={startTime} exact /> · {format.took(startTime, endTime)}
        </Text>
      </Group>
      {detail !== '' && (
        <Code block mt={6} lang="en" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {detail}
        </Code>
      )}
    </li>
  );
}
