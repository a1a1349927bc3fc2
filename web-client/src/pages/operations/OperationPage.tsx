/** One operation, live: what it does, its steps, why it did not succeed, and what can be done about it. */
import { type Operation, OperationState } from '@hostler/client';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { useOperation } from '@/api/operations';
import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { operationKindKey } from '@/components/operationKind';
import { OperationStateBadge } from '@/components/OperationStateBadge';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { ServerName } from '@/components/ServerName';
import { Time } from '@/components/Time';
import { UserName } from '@/components/UserName';
import { useFormat } from '@/format/useFormat';
import { PageSkeleton } from '@/frame/PageSkeleton';

import { OperationActions } from './OperationActions';
import { OperationFailure } from './OperationFailure';
import { OperationSteps } from './OperationSteps';

export default function OperationPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { operationId = '' } = useParams();
  const { operation, error } = useOperation(operationId);
  if (!operation) return error ? <ErrorState error={error} /> : <PageSkeleton />;
  return (
    <>
      <PageHeader
        title={t(operationKindKey(operation.kind))}
        description={<OperationStateBadge operation={operation} />}
        actions={<OperationActions operation={operation} />}
      />
      <Stack mt="md">
        {operation.state === OperationState.STUCK && (
          <Alert color="red" variant="light" title={t('operationPages.stuckTitle')}>
            {t('operationPages.stuckText')}
          </Alert>
        )}
        {operation.cancelRequested && isAtWork(operation) && (
          <Alert color="apricot" variant="light" role="status">
            {t('operationPages.cancelRequested')}
          </Alert>
        )}
        <OperationFailure operation={operation} />
        <Panel title={t('operationPages.progress')}>
          {isAtWork(operation) && <Bar operation={operation} />}
          <Facts
            facts={[
              {
                label: t('operationPages.columns.server'),
                value: <ServerName serverId={operation.serverId} />,
              },
              { label: t('operationPages.columns.owner'), value: <UserName userId={operation.ownerId} /> },
              { label: t('operationPages.facts.kind'), value: operation.kind },
              ...(operation.snapshotId === ''
                ? []
                : [{ label: t('operationPages.facts.snapshot'), value: operation.snapshotId }]),
              {
                label: t('operationPages.columns.created'),
                value: <Time value={operation.createTime} exact />,
              },
              { label: t('operationPages.facts.start'), value: <Time value={operation.startTime} exact /> },
              { label: t('operationPages.facts.end'), value: <Time value={operation.endTime} exact /> },
              {
                label: t('operationPages.columns.took'),
                value: format.took(operation.startTime, operation.endTime),
              },
              { label: t('operator.id'), value: operation.id },
            ]}
          />
        </Panel>
        <Panel title={t('operationPages.steps')}>
          <OperationSteps steps={operation.steps} />
        </Panel>
      </Stack>
    </>
  );
}

function isAtWork({ state }: Operation): boolean {
  return (
    state === OperationState.PENDING || state === OperationState.RUNNING || state === OperationState.UNWINDING
  );
}

function Bar({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const { progress } = operation;
  if (!progress || progress.stepCount === 0) return null;
  const { step, stepCount, percent, text } = progress;
  const done = (Math.max(0, step - 1) + (percent ?? 0) / 100) / stepCount;
  const label = t('operations.step', { step, count: stepCount });
  return (
    <div>
      <Text size="sm" mb={6}>
        {label}
        {text !== '' && (
          <Text span c="dimmed" lang="en">
            {' '}
            · {text}
          </Text>
        )}
      </Text>
      <Progress value={done * 100} animated aria-label={t('operationPages.progress')} />
    </div>
  );
}
