import { Anchor, Box, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import type { Draft } from './draft';
import { keyLines } from './sshKeys';
import type { Offer } from './useOffer';
import type { WizardStep } from './wizardSteps';

interface Props {
  readonly draft: Draft;
  readonly offer: Offer;
  readonly goTo: (step: WizardStep) => void;
}

export function SummaryStep({ draft, offer, goTo }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const tariff = offer.tariffs.find(({ id }) => id === draft.tariffId);
  const system = offer.systems.find(({ id }) => id === draft.operatingSystemId);
  const pool = offer.pools.find(({ id }) => id === draft.ipPoolId);
  const keys = keyLines(draft.sshPublicKeys).length;
  const size =
    tariff &&
    t('servers.size', {
      cpu: format.cores(tariff.cpuMillicores),
      memory: format.size(tariff.memoryBytes),
      disk: format.size(tariff.diskBytes),
    });
  const lines: readonly (readonly [label: string, value: string, step: WizardStep])[] = [
    [t('newServer.steps.tariff'), [tariff?.name, size].filter(Boolean).join(' · '), 'tariff'],
    [t('newServer.steps.system'), system ? `${system.name} ${system.version}` : '', 'system'],
    [t('newServer.settings.name'), draft.name.trim(), 'settings'],
    [
      t('newServer.settings.keys'),
      keys === 0
        ? t('newServer.summary.noKeys')
        : t('newServer.summary.keys', { count: keys, formatted: format.number(keys) }),
      'settings',
    ],
    ...(offer.pools.length > 0
      ? [
          [
            t('newServer.settings.network'),
            pool?.name ?? t('newServer.settings.anyNetwork'),
            'settings',
          ] as const,
        ]
      : []),
    [
      t('newServer.summary.start'),
      t(draft.keepStopped ? 'newServer.summary.staysStopped' : 'newServer.summary.starts'),
      'settings',
    ],
  ];
  return (
    <Paper withBorder p="lg" radius="md" maw={640}>
      <Stack component="dl" m={0} gap="sm">
        {lines.map(([label, value, step]) => (
          // Nothing but these may be in a list of terms, so the link is a second description.
          <Box key={label} display="grid" style={{ gridTemplateColumns: '1fr auto', columnGap: 16 }}>
            <Text component="dt" size="sm" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} style={{ gridColumn: 1 }}>
              {value}
            </Text>
            <dd style={{ gridColumn: 2, gridRow: 1, margin: 0 }}>
              <Anchor
                component="button"
                type="button"
                size="sm"
                aria-label={t('newServer.summary.change', { what: label })}
                onClick={() => goTo(step)}
              >
                {t('newServer.summary.changeShort')}
              </Anchor>
            </dd>
          </Box>
        ))}
        {tariff && (
          <div>
            <Text component="dt" size="sm" c="dimmed">
              {t('newServer.summary.price')}
            </Text>
            <Text component="dd" m={0} fw={700} size="lg">
              {format.monthly(tariff.priceMinor, tariff.currency)}
            </Text>
          </div>
        )}
      </Stack>
    </Paper>
  );
}
