import type { Tariff } from '@hostler/client';
import { Radio, SimpleGrid, Text, VisuallyHidden } from '@mantine/core';
import { IconTags } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '@/components/EmptyState';
import { useFormat } from '@/format/useFormat';

import { ChoiceCard } from './ChoiceCard';

interface Props {
  readonly tariffs: readonly Tariff[];
  readonly value: string;
  readonly error: ReactNode;
  /** For readers of screens: the heading says it to the others. */
  readonly label: string;
  readonly onChange: (tariffId: string) => void;
}

export function TariffStep({ tariffs, value, error, label, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (tariffs.length === 0) {
    return (
      <EmptyState
        icon={IconTags}
        title={t('newServer.tariff.emptyTitle')}
        text={t('newServer.tariff.emptyText')}
      />
    );
  }
  return (
    <Radio.Group
      value={value}
      onChange={onChange}
      error={error}
      label={<VisuallyHidden>{label}</VisuallyHidden>}
    >
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} mb="xs">
        {tariffs.map((tariff) => (
          <ChoiceCard key={tariff.id} value={tariff.id} title={tariff.name}>
            <Text fw={600} c="petrol">
              {format.monthly(tariff.priceMinor, tariff.currency)}
            </Text>
            <Text size="sm">
              {t('servers.size', {
                cpu: format.cores(tariff.cpuMillicores),
                memory: format.size(tariff.memoryBytes),
                disk: format.size(tariff.diskBytes),
              })}
            </Text>
            <Text size="sm" c="dimmed">
              {[
                tariff.snapshotLimit === 0
                  ? t('newServer.tariff.noSnapshots')
                  : t('newServer.tariff.snapshots', {
                      count: tariff.snapshotLimit,
                      formatted: format.number(tariff.snapshotLimit),
                    }),
                tariff.networkBytesPerSecond > 0n &&
                  t('newServer.tariff.network', { rate: format.size(tariff.networkBytesPerSecond) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
            {tariff.description !== '' && <Text size="sm">{tariff.description}</Text>}
          </ChoiceCard>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
