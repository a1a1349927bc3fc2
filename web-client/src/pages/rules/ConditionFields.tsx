/** When a rule's alert fires. */
import { NativeSelect, NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ALERT_METRICS, metricName, metricUnit } from '@/alerting/metric';

import type { RuleFormPart } from './ruleFormType';
import { KINDS, metricOf } from './ruleValues';

export function ConditionFields({ form }: RuleFormPart) {
  const { t } = useTranslation();
  const { kind } = form.values;
  const unit = metricUnit(metricOf(form.values));
  return (
    <>
      <NativeSelect
        label={t('rules.kinds.label')}
        data={KINDS.map((value) => ({ value, label: t(`rules.kinds.${value}`) }))}
        {...form.getInputProps('kind')}
      />
      {kind === 'metric' && (
        <>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            <NativeSelect
              label={t('rules.form.metric')}
              data={ALERT_METRICS.map((metric) => ({
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
    </>
  );
}
