/** A new rule. */
import { AlertRules } from '@hostler/client';
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { PageHeader } from '@/components/PageHeader';
import { useToasts } from '@/components/toast';
import { paths } from '@/paths';

import { RuleForm } from './RuleForm';
import { NEW_RULE, ruleOf } from './ruleValues';
import { useForetell } from './useForetell';

export default function NewRulePage() {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const client = useClient(AlertRules);
  const foretell = useForetell();
  return (
    <Stack gap="lg">
      <PageHeader title={t('rules.createTitle')} />
      <RuleForm
        initial={NEW_RULE}
        creates
        label={t('rules.form.create')}
        send={async (values) => {
          await client.createAlertRule({ rule: ruleOf(values), requestId: newRequestId() });
          invalidate(AlertRules.method.listAlertRules);
          toasts.success(t('rules.created', { name: values.displayName }));
          foretell(ruleOf(values));
          void navigate(paths.rules());
        }}
      />
    </Stack>
  );
}
