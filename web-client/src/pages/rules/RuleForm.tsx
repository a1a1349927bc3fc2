/** The form of a rule, the sentence that it makes, and a try of it. */
import { create } from '@bufbuild/protobuf';
import { AlertRuleSchema } from '@hostler/client';
import { Checkbox, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import { useConditionText } from '@/alerting/useConditionText';
import { useOperates } from '@/api/me';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { required } from '@/forms/rules';
import { SaveBar } from '@/forms/SaveBar';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';
import { labelsOf } from '@/forms/nodeLabels';

import { ConditionFields } from './ConditionFields';
import { DryRun } from './DryRun';
import { FIELD_NAMES, ruleOf, type RuleValues, SUBJECTS } from './ruleValues';
import { SubjectFields } from './SubjectFields';
import { TellingFields } from './TellingFields';

interface Props {
  readonly initial: RuleValues;
  /** True for a new one. */
  readonly creates: boolean;
  /** True for a rule of somebody else. */
  readonly foreign?: boolean;
  /** What the button says. */
  readonly label: string;
  readonly send: (values: RuleValues) => Promise<unknown>;
  /** Reads the rule anew after somebody else has changed it. */
  readonly onReload?: () => Promise<void>;
}

export function RuleForm({ initial, creates, foreign = false, label, send, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const operates = useOperates();
  const conditionText = useConditionText();
  const api = useApiForm<RuleValues>({
    mode: 'controlled',
    initialValues: initial,
    fieldNames: FIELD_NAMES,
    validate: {
      displayName: required(t),
      // Left empty it would be a threshold of nothing.
      threshold: (value, { kind }) => (kind === 'metric' ? required(t)(String(value)) : null),
      serverId: (value, { subjects }) =>
        subjects === 'one' && value === '' ? t('rules.form.chooseServer') : null,
      nodeId: (value, { subjects }) =>
        subjects === 'node' && value === '' ? t('rules.form.chooseNode') : null,
      namePattern: (value, { subjects }) => (subjects === 'containers' ? required(t)(value) : null),
      labels: (value, values) => checkLabels(t, value, values),
      count: (value, { kind }) => (kind === 'restarts' ? required(t)(String(value)) : null),
      window: (value, { kind }) => (kind === 'restarts' ? required(t)(String(value)) : null),
      within: (value, { kind }) => (kind === 'forecast' ? required(t)(String(value)) : null),
    },
    send,
  });
  const { form } = api;
  const { values } = form;
  const rule = create(AlertRuleSchema, ruleOf(values));
  const complete = values.kind !== 'metric' || values.threshold !== '';
  const ofServers = SUBJECTS[values.subjects] === 'server';
  const lasts = values.kind !== 'restarts' && values.kind !== 'forecast';
  return (
    <>
      <form onSubmit={api.onSubmit} noValidate>
        <Stack maw={760}>
          <TextInput
            label={t('rules.form.name')}
            description={t('rules.form.nameHint')}
            {...form.getInputProps('displayName')}
          />
          {creates && operates && ofServers && (
            <Checkbox
              label={t('rules.form.installation')}
              {...form.getInputProps('installation', { type: 'checkbox' })}
              // Its channels are others.
              onChange={({ currentTarget }) =>
                form.setValues({ installation: currentTarget.checked, channelIds: [] })
              }
            />
          )}
          <SubjectFields form={form} nodes={creates ? operates : values.installation} />
          <ConditionFields form={form} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {lasts && (
              <NumberInput
                label={t('rules.form.duration')}
                description={t('rules.form.durationHint')}
                min={0}
                max={1440}
                {...form.getInputProps('duration')}
              />
            )}
            <NumberInput
              label={t('rules.form.clearDuration')}
              description={t('rules.form.clearDurationHint')}
              min={0}
              max={1440}
              {...form.getInputProps('clearDuration')}
            />
          </SimpleGrid>
          <TellingFields form={form} foreign={foreign} />
          <Switch label={t('rules.form.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <Text fw={500} role="status">
            {complete && t('rules.sentence', { condition: conditionText(rule.condition) })}
          </Text>
          <ConflictNotice api={api} onReload={() => void onReload?.().catch(toasts.failure)} />
          <SaveBar back={paths.rules()} label={label} submitting={api.submitting} />
        </Stack>
      </form>
      <DryRun rule={rule} mayStart={() => !form.validateField('threshold').hasError} />
    </>
  );
}

function checkLabels(t: TFunction, value: string, { subjects, nodeId }: RuleValues): string | null {
  if (subjects !== 'labels' && (subjects !== 'containers' || nodeId !== '')) return null;
  const labels = labelsOf(value);
  if (!labels) return t('rules.form.badLabels');
  return subjects === 'labels' && Object.keys(labels).length === 0 ? t('auth.required') : null;
}
