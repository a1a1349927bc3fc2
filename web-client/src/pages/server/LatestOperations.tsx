/** The latest operations on a server; each opens to its steps. */
import { type Operation, OperationState } from '@hostler/client';
import { Accordion, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useOperation } from '@/api/operations';
import { ErrorState } from '@/components/ErrorState';
import { operationKindKey } from '@/components/operationKind';
import { OperationFailure } from '@/work/OperationFailure';
import { OperationStateBadge } from '@/components/OperationStateBadge';
import { OperationSteps } from '@/work/OperationSteps';
import { Time } from '@/components/Time';

import { useLatestWork } from './useLatestWork';

export function LatestOperations({ serverId }: { readonly serverId: string }) {
  const { t } = useTranslation();
  const { operations, error, retry } = useLatestWork(serverId);
  const [opened, setOpened] = useState<string | null>(null);
  if (operations === undefined) {
    return error === undefined ? <Skeleton h={44} /> : <ErrorState error={error} onRetry={retry} />;
  }
  if (operations.length === 0) return <Text c="dimmed">{t('server.overview.noOperations')}</Text>;
  return (
    <Accordion value={opened} onChange={setOpened} variant="separated" order={3}>
      {operations.map((operation) => (
        <Accordion.Item key={operation.id} value={operation.id}>
          <Accordion.Control>
            <Summary listed={operation} />
          </Accordion.Control>
          <Accordion.Panel>{opened === operation.id && <Details listed={operation} />}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Summary({ listed }: { readonly listed: Operation }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="xs" pr="sm">
      <Text size="sm" fw={500}>
        {t(operationKindKey(listed.kind))}
      </Text>
      <Group gap="md">
        <OperationStateBadge operation={listed} />
        <Text size="sm" c="dimmed" component="span">
          <Time value={listed.createTime} />
        </Text>
      </Group>
    </Group>
  );
}

function Details({ listed }: { readonly listed: Operation }) {
  const { operation, error } = useOperation(listed.id);
  if (!operation) return error ? <ErrorState error={error} /> : <Skeleton h={44} />;
  const wrong = operation.state === OperationState.FAILED || operation.state === OperationState.STUCK;
  return (
    <Stack gap="sm">
      {wrong && <OperationFailure operation={operation} />}
      <OperationSteps operation={operation} />
    </Stack>
  );
}
