/** How bad it is, and who is told how often. */
import { MultiSelect, NativeSelect, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { SEVERITIES, severityLook } from '@/alerting/severity';
import { useFormat } from '@/format/useFormat';

import type { RuleFormPart } from './ruleFormType';
import { useRuleChannels } from './useRuleChannels';

const MINUTE = 60_000;
const REPEATS = [15, 60, 240, 1440, 10_080].map((minutes) => minutes * MINUTE);
const MOST_CHANNELS = 10;

interface Props extends RuleFormPart {
  /** True for a rule of somebody else. */
  readonly foreign: boolean;
}

export function TellingFields({ form, foreign }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { installation, repeatInterval } = form.values;
  const named = form.getInitialValues().channelIds;
  const channels = useRuleChannels({ installation, foreign, named });
  const repeats = new Set([...REPEATS, Number(repeatInterval)]);
  repeats.delete(0);
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
        description={t(foreign ? 'rules.form.foreignChannelsHint' : 'rules.form.channelsHint')}
        data={channels}
        maxValues={MOST_CHANNELS}
        nothingFoundMessage={foreign ? null : t('rules.form.noChannels')}
        clearButtonProps={{ 'aria-label': t('common.clearFilters') }}
        {...form.getInputProps('channelIds')}
      />
    </>
  );
}
