/** What was sent to a channel, and what became of it. */
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query';
import { Channels, type Delivery, DeliveryState } from '@hostler/client';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { useToasts } from '@/components/toast';
import { useFormat } from '@/format/useFormat';
import { useSearchState } from '@/frame/useSearchState';

import { DELIVERY_STATES, deliveryState } from './deliveryState';

/** While something waits its state is read so often, in milliseconds. */
const PERIOD = 5_000;

interface Props {
  readonly channelId: string;
  readonly mayChange: boolean;
}

export function Deliveries({ channelId, mayChange }: Props) {
  const { t } = useTranslation();
  const search = useSearchState();
  const state = DELIVERY_STATES.find((known) => deliveryState(known)[0] === search.get('state'));
  const list = useInfiniteQuery(
    Channels.method.listDeliveries,
    { pageToken: '', channelId, ...(state !== undefined && { state }) },
    {
      ...BY_PAGE_TOKEN,
      refetchInterval: ({ state: { data } }) =>
        data?.pages[0]?.deliveries.some((delivery) => delivery.state === DeliveryState.PENDING)
          ? PERIOD
          : false,
    },
  );
  return (
    <Stack>
      <Group>
        <ChoiceFilter
          label={t('channels.deliveries.state')}
          any={t('channels.deliveries.anyState')}
          value={state && deliveryState(state)[0]}
          choices={DELIVERY_STATES.map((known) => {
            const [value] = deliveryState(known);
            return { value, label: t(`channels.deliveries.states.${value}`) };
          })}
          onChange={(value) => search.set('state', value)}
        />
      </Group>
      <RecordList
        query={list}
        label={t('channels.deliveries.title')}
        columns={useColumns(mayChange)}
        rows={list.data?.pages.flatMap((page) => page.deliveries) ?? []}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon={IconSend}
            title={t('channels.deliveries.empty.title')}
            text={t('channels.deliveries.empty.text')}
          />
        }
        onClearFilters={state !== undefined ? () => search.set('state', undefined) : undefined}
      />
    </Stack>
  );
}

function useColumns(mayChange: boolean): Column<Delivery>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      label: t('channels.deliveries.columns.title'),
      cell: ({ title, test }) => (
        <Group gap={6}>
          <span>{title}</span>
          {test && (
            <Badge variant="light" color="gray" tt="none">
              {t('channels.deliveries.test')}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      label: t('channels.deliveries.columns.time'),
      cell: ({ createTime }) => <Time value={createTime} exact />,
    },
    {
      label: t('channels.deliveries.columns.state'),
      cell: ({ state }) => {
        const [name, color] = deliveryState(state);
        return <StateBadge color={color} label={t(`channels.deliveries.states.${name}`)} />;
      },
    },
    {
      label: t('channels.deliveries.columns.tries'),
      cell: ({ attempts, nextAttemptTime }) => (
        <>
          {format.number(attempts)}
          {nextAttemptTime && attempts > 0 && (
            <Text size="xs" c="dimmed">
              {t('channels.deliveries.next', { when: format.relative(nextAttemptTime) })}
            </Text>
          )}
        </>
      ),
    },
    {
      label: t('channels.deliveries.columns.answer'),
      cell: ({ statusCode, error }) =>
        [statusCode > 0 && t('channels.deliveries.status', { code: statusCode }), error]
          .filter(Boolean)
          .join(': ') || '–',
    },
    ...(mayChange
      ? [
          {
            label: t('channels.deliveries.columns.action'),
            cell: (delivery: Delivery) => <Redeliver delivery={delivery} />,
          },
        ]
      : []),
  ];
}

function Redeliver({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const again = useMutation(Channels.method.redeliverDelivery, {
    onSuccess: () => toasts.success(t('channels.deliveries.redelivered')),
    onError: (error) => toasts.failure(error),
    onSettled: () => invalidate(Channels.method.listDeliveries),
  });
  return (
    <Button
      size="xs"
      variant="default"
      loading={again.isPending}
      aria-label={t('channels.deliveries.redeliverNamed', { title: delivery.title })}
      onClick={() => again.mutate({ deliveryId: delivery.id, requestId: newRequestId() })}
    >
      {t('channels.deliveries.redeliver')}
    </Button>
  );
}
