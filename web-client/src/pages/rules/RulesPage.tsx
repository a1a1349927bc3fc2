/** The rules that one sees: one's own, the installation's, and for the staff everybody's. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type AlertRule, AlertRules } from '@hostler/client';
import { Button } from '@mantine/core';
import { IconRuler2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { SeverityBadge } from '@/alerting/SeverityBadge';
import { useConditionText } from '@/alerting/useConditionText';
import { isStaff, useMe } from '@/api/me';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { EntityName } from '@/components/EntityName';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { UserName } from '@/components/UserName';
import { paths } from '@/paths';

import { RuleSubjects } from './RuleSubjects';

export default function RulesPage() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(AlertRules.method.listAlertRules, { pageToken: '' }, BY_PAGE_TOKEN);
  const create = (
    <Button component={Link} to={paths.newRule()}>
      {t('rules.create')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('rules.title')} description={t('rules.text')} actions={create} />
      <div style={{ marginBlockStart: 'var(--mantine-spacing-md)' }}>
        <RecordList
          query={list}
          label={t('rules.title')}
          columns={useColumns()}
          rows={list.data?.pages.flatMap((page) => page.rules) ?? []}
          rowKey={({ id }) => id}
          empty={<EmptyState icon={IconRuler2} title={t('rules.empty.title')} text={t('rules.empty.text')} />}
        />
      </div>
    </>
  );
}

function useColumns(): Column<AlertRule>[] {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  const me = useMe();
  const staff = me !== undefined && isStaff(me);
  return [
    {
      label: t('rules.columns.name'),
      cell: ({ id, displayName }) => <EntityName name={displayName} to={paths.rule(id)} />,
    },
    { label: t('rules.columns.condition'), cell: ({ condition }) => conditionText(condition) },
    {
      label: t('rules.columns.subjects'),
      cell: ({ subjects }) => <RuleSubjects subjects={subjects} />,
    },
    { label: t('rules.columns.severity'), cell: ({ severity }) => <SeverityBadge severity={severity} /> },
    {
      label: t('rules.columns.whose'),
      cell: ({ installation, ownerId }) => {
        if (installation) return t('rules.installation');
        return staff && ownerId !== me.id ? <UserName userId={ownerId} /> : t('rules.mine');
      },
    },
    {
      label: t('rules.columns.state'),
      cell: ({ disabled }) => (
        <StateBadge
          color={disabled ? 'gray' : 'green'}
          label={t(disabled ? 'rules.disabled' : 'rules.enabled')}
        />
      ),
    },
  ];
}
