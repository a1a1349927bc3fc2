/** One of the newest figures. */
import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Meter } from '@/components/Meter';
import { useFormat } from '@/format/useFormat';

interface CardProps {
  readonly name: string;
  /** The figures are of the past. */
  readonly old: boolean;
}

interface ShareProps extends CardProps {
  /** From 0 to 1; undefined while unknown. */
  readonly share: number | undefined;
  readonly value: string | undefined;
  /** What it is a share of. */
  readonly of?: string | undefined;
}

export function ShareCard({ share, value, of, ...card }: ShareProps) {
  const { t } = useTranslation();
  return (
    <Card {...card}>
      <Text fz="xl" fw={650} lh={1.2}>
        {value ?? <Unknown />}
      </Text>
      <Meter label={card.name} share={share} text={value ?? t('statistics.unknown')} />
      <Text size="sm" c="dimmed" mih={21}>
        {of}
      </Text>
    </Card>
  );
}

interface RateProps extends CardProps {
  readonly rates: readonly { readonly name: string; readonly rate: bigint | undefined }[];
}

export function RateCard({ rates, ...card }: RateProps) {
  const format = useFormat();
  return (
    <Card {...card}>
      {rates.map(({ name, rate }) => (
        <Group key={name} justify="space-between" gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text fw={650} style={{ whiteSpace: 'nowrap' }}>
            {rate === undefined ? <Unknown /> : format.rate(rate)}
          </Text>
        </Group>
      ))}
    </Card>
  );
}

function Card({ name, old, children }: CardProps & { readonly children: ReactNode }) {
  return (
    <Paper role="group" aria-label={name} withBorder p="sm" radius="md" data-old={old || undefined}>
      <Stack gap={6} c={old ? 'dimmed' : undefined}>
        <Text size="sm" fw={500} aria-hidden>
          {name}
        </Text>
        {children}
      </Stack>
    </Paper>
  );
}

function Unknown() {
  const { t } = useTranslation();
  return (
    <Text span inherit c="dimmed" title={t('statistics.unknown')}>
      –
    </Text>
  );
}
