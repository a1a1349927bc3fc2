import type { OperatingSystem, Tariff } from '@hostler/client';
import { Radio, SimpleGrid, Text, VisuallyHidden } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '@/components/EmptyState';
import { useFormat } from '@/format/useFormat';

import { ChoiceCard } from './ChoiceCard';

interface Props {
  readonly systems: readonly OperatingSystem[];
  readonly tariff: Tariff | undefined;
  readonly value: string;
  readonly error: ReactNode;
  /** For readers of screens: the heading says it to the others. */
  readonly label: string;
  readonly onChange: (operatingSystemId: string) => void;
}

export function SystemStep({ systems, tariff, value, error, label, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (systems.length === 0) {
    return (
      <EmptyState
        icon={IconDeviceDesktop}
        title={t('newServer.system.emptyTitle')}
        text={t('newServer.system.emptyText')}
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
        {systems.map((system) => {
          const lacksMemory = tariff !== undefined && tariff.memoryBytes < system.minMemoryBytes;
          const lacksDisk = tariff !== undefined && tariff.diskBytes < system.minDiskBytes;
          return (
            <ChoiceCard
              key={system.id}
              value={system.id}
              title={system.name}
              disabled={lacksMemory || lacksDisk}
            >
              <Text size="sm">{system.version}</Text>
              {lacksMemory && (
                <Text size="sm">
                  {t('newServer.system.needsMemory', { size: format.size(system.minMemoryBytes) })}
                </Text>
              )}
              {lacksDisk && (
                <Text size="sm">
                  {t('newServer.system.needsDisk', { size: format.size(system.minDiskBytes) })}
                </Text>
              )}
            </ChoiceCard>
          );
        })}
      </SimpleGrid>
    </Radio.Group>
  );
}
