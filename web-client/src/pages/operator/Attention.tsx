/** Stuck operations, and hypervisors that do not answer. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, HypervisorState, Operations, OperationState } from '@hostler/client';
import { Button, Group, Paper, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { LARGEST_PAGE } from '@/api/pages';
import { operationStateName } from '@/components/operationState';
import { ErrorState } from '@/components/ErrorState';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';

/** There is no stream of them: they are asked for again while somebody looks. */
const AGAIN = 30_000;

export function Attention() {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Stuck />
      <Down />
    </SimpleGrid>
  );
}

function Stuck() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(
    Operations.method.listOperations,
    { states: [OperationState.STUCK], pageSize: LARGEST_PAGE },
    { refetchInterval: AGAIN },
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={112} />;
  const count = data.operations.length;
  if (count === 0) return <Card text={t('operator.overview.noneStuck')} />;
  const formatted = format.number(count);
  return (
    <Card
      title={
        data.nextPageToken === ''
          ? t('operator.overview.stuck', { count, formatted })
          : t('operator.overview.manyStuck', { formatted })
      }
      text={t('operator.overview.stuckText')}
      to={paths.operations({ state: operationStateName(OperationState.STUCK) })}
    />
  );
}

function Down() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(
    Catalog.method.listHypervisors,
    { pageSize: LARGEST_PAGE },
    { refetchInterval: AGAIN },
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={112} />;
  const count = data.hypervisors.filter(({ state }) => state === HypervisorState.UNAVAILABLE).length;
  if (count === 0) return <Card text={t('operator.overview.allUp')} />;
  return (
    <Card
      title={t('operator.overview.down', { count, formatted: format.number(count) })}
      text={t('operator.overview.downText')}
      to={paths.hypervisors()}
    />
  );
}

interface CardProps {
  /** What is wrong; unset when nothing is. */
  readonly title?: string;
  readonly text: string;
  readonly to?: string;
}

function Card({ title, text, to }: CardProps) {
  const { t } = useTranslation();
  const Picture = title === undefined ? IconCircleCheck : IconAlertTriangle;
  return (
    <Paper withBorder p="lg" radius="md">
      <Group gap="md" wrap="nowrap" align="flex-start">
        <Picture
          size={28}
          stroke={1.6}
          aria-hidden
          style={{ flex: 'none' }}
          color={`var(--mantine-color-${title === undefined ? 'petrol' : 'red'}-6)`}
        />
        <div>
          {title !== undefined && (
            <Text fw={600} size="lg">
              {title}
            </Text>
          )}
          <Text>{text}</Text>
          {to !== undefined && (
            <Button component={Link} to={to} variant="light" size="xs" mt="sm">
              {t('operator.overview.look')}
            </Button>
          )}
        </div>
      </Group>
    </Paper>
  );
}
