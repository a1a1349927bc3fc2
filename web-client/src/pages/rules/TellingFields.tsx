/** How bad it is, and who is told how often. */
import { useQuery } from '@connectrpc/connect-query';
import { Channels } from '@hostler/client';
import { MultiSelect, NativeSelect, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { SEVERITIES, severityLook } from '@/alerting/severity';
import { LARGEST_PAGE } from '@/api/pages';
import { useFormat } from '@/format/useFormat';

import type { RuleFormPart } from './ruleFormType';

const MINUTE = 60_000;
const REPEATS = [15, 60, 240, 1440, 10_080].map((minutes) => minutes * MINUTE);
const MOST_CHANNELS = 10;

export function TellingFields({ form }: RuleFormPart) {
  const { t } = useTranslation();
  const format = useFormat();
  const { installation, repeatInterval, channelIds } = form.values;
  const { data } = useQuery(Channels.method.listChannels, { pageSize: LARGEST_PAGE, installation });
  const repeats = new Set([...REPEATS, Number(repeatInterval)]);
  repeats.delete(0);
  const channels = (data?.channels ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }));
  // One that is gone, or that others see, is kept as it is.
  for (const id of channelIds) {
    if (!channels.some(({ value }) => value === id)) channels.push({ value: id, label: id });
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NativeSelect
          label={t('rules.form.severity')}
          data={SEVERITIES.map((severity) => {
            const [value] = severityLook(severity);
            return { value, label: t(`alerts.severities.${value}`) };
          })}
          {...form.getInputProps('severity')}
        />
        <NativeSelect
          label={t('rules.form.repeat')}
          data={[
            { value: '0', label: t('rules.form.never') },
            ...[...repeats]
              .sort((a, b) => a - b)
              .map((length) => ({
                value: String(length),
                label: t('rules.form.every', { span: format.span(length) }),
              })),
          ]}
          {...form.getInputProps('repeatInterval')}
        />
      </SimpleGrid>
      <MultiSelect
        label={t('rules.form.channels')}
        description={t('rules.form.channelsHint')}
        data={channels}
        maxValues={MOST_CHANNELS}
        nothingFoundMessage={t('rules.form.noChannels')}
        clearButtonProps={{ 'aria-label': t('common.clearFilters') }}
        {...form.getInputProps('channelIds')}
      />
    </>
  );
}
