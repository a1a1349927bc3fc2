/** One rule: to change it, try it or delete it. To customers the installation's rules are there to read. */
import { useQuery } from '@connectrpc/connect-query';
import { type AlertRule, AlertRules } from '@hostler/client';
import { Alert, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { SeverityBadge } from '@/alerting/SeverityBadge';
import { useConditionText } from '@/alerting/useConditionText';
import { isOperator, useMe } from '@/api/me';
import { useClient } from '@/api/useClient';
import { DeleteButton } from '@/components/DeleteButton';
import { PageHeader } from '@/components/PageHeader';
import { StateBadge } from '@/components/StateBadge';
import { Editor } from '@/forms/Editor';
import { paths } from '@/paths';

import { RuleForm } from './RuleForm';
import { MASK, ruleOf, valuesOf } from './ruleValues';
import { useForetell } from './useForetell';

export default function RulePage() {
  const { t } = useTranslation();
  const { ruleId = '' } = useParams();
  const me = useMe();
  const client = useClient(AlertRules);
  const foretell = useForetell();
  const query = useQuery(AlertRules.method.getAlertRule, { alertRuleId: ruleId });
  return (
    <Editor
      query={query}
      entry={query.data?.rule}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.rule}
      update={async (rule: ReturnType<typeof ruleOf>, change) =>
        (await client.updateAlertRule({ rule, ...change })).rule
      }
      remove={(id, requestId) => client.deleteAlertRule({ alertRuleId: id, requestId })}
      list={AlertRules.method.listAlertRules}
      get={AlertRules.method.getAlertRule}
      back={paths.rules()}
    >
      {({ entry, update, remove, removing, reload, saved }) => {
        const mayChange = me !== undefined && (entry.ownerId === me.id || isOperator(me));
        return (
          <Stack gap="lg">
            <PageHeader
              title={entry.displayName}
              description={<Standing rule={entry} />}
              actions={
                mayChange && (
                  <DeleteButton
                    name={entry.displayName}
                    text={t('rules.deleteText')}
                    busy={removing}
                    onDelete={remove}
                  />
                )
              }
            />
            {mayChange ? (
              <RuleForm
                key={entry.etag}
                initial={valuesOf(entry)}
                creates={false}
                foreign={!entry.installation && entry.ownerId !== me.id}
                label={t('rules.form.save')}
                onReload={reload}
                send={async (values) => {
                  await update(ruleOf(values), MASK);
                  saved(values.displayName);
                  foretell(ruleOf(values));
                }}
              />
            ) : (
              <ReadOnly rule={entry} />
            )}
          </Stack>
        );
      }}
    </Editor>
  );
}

function Standing({ rule }: { readonly rule: AlertRule }) {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      <StateBadge
        color={rule.disabled ? 'gray' : 'green'}
        label={t(rule.disabled ? 'rules.disabled' : 'rules.enabled')}
      />
      <SeverityBadge severity={rule.severity} />
      {rule.installation && <span>{t('rules.installation')}</span>}
    </Group>
  );
}

function ReadOnly({ rule }: { readonly rule: AlertRule }) {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  return (
    <Alert color="gray" title={t('rules.sentence', { condition: conditionText(rule.condition) })}>
      {rule.installation && t('rules.notYours')}
    </Alert>
  );
}
