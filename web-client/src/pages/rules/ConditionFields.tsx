/** When a rule's alert fires. */
import { NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ALERT_METRICS, metricName, metricUnit } from '@/alerting/metric';

import type { RuleFormPart } from './ruleFormType';
import { KINDS, metricOf, SUBJECTS } from './ruleValues';

export function ConditionFields({ form }: RuleFormPart) {
  const { t } = useTranslation();
  const { kind, subjects } = form.values;
  const target = SUBJECTS[subjects];
  const unit = metricUnit(metricOf(form.values));
  return (
    <>
      <NativeSelect
        label={t('rules.kinds.label')}
        data={KINDS[target].map((value) => ({ value, label: t(`rules.kinds.${value}`) }))}
        {...form.getInputProps('kind')}
      />
      {kind === 'metric' && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <NativeSelect
              label={t('rules.form.metric')}
              data={ALERT_METRICS[target].map((metric) => ({
                value: String(metric),
                label: t(`rules.metrics.${metricName(metric)}`),
              }))}
              {...form.getInputProps('metric')}
            />
            <NativeSelect
              label={t('rules.form.comparison')}
              data={[
                { value: 'above', label: t('rules.form.above') },
                { value: 'below', label: t('rules.form.below') },
              ]}
              {...form.getInputProps('comparison')}
            />
            <NumberInput
              label={t('rules.form.threshold')}
              description={t(`rules.form.thresholdHint.${unit}`)}
              min={0}
              decimalScale={2}
              {...form.getInputProps('threshold')}
            />
          </SimpleGrid>
          <NumberInput
            label={t('rules.form.clear')}
            description={t('rules.form.clearHint')}
            min={0}
            decimalScale={2}
            {...form.getInputProps('clearThreshold')}
          />
        </>
      )}
      {kind === 'restarts' && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput label={t('rules.form.count')} min={1} max={100} {...form.getInputProps('count')} />
          <NumberInput label={t('rules.form.window')} min={1} max={1440} {...form.getInputProps('window')} />
        </SimpleGrid>
      )}
      {kind === 'forecast' && (
        <NumberInput
          label={t('rules.form.within')}
          description={t('rules.form.withinHint')}
          min={1}
          max={720}
          {...form.getInputProps('within')}
        />
      )}
    </>
  );
}
