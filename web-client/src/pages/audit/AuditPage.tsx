/** The audit log: who did what, on what, from where, and how it ended. For operators. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Audit, type AuditEvent } from '@hostler/client';
import { Code, UnstyledButton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';
import { UserName } from '@/components/UserName';
import { useSearchState } from '@/frame/useSearchState';

import { AuditDetail } from './AuditDetail';
import { AuditFilters } from './AuditFilters';
import { auditOutcome } from './outcome';
import { requestOf } from './request';

export default function AuditPage() {
  const { t } = useTranslation();
  const search = useSearchState();
  const [shown, setShown] = useState<AuditEvent>();
  const list = useInfiniteQuery(
    Audit.method.listAuditEvents,
    { pageToken: '', ...requestOf(search.get) },
    BY_PAGE_TOKEN,
  );
  return (
    <>
      <PageHeader title={t('audit.title')} description={t('audit.text')} />
      <AuditFilters search={search} />
      <RecordList
        query={list}
        label={t('audit.title')}
        columns={useColumns(setShown)}
        rows={list.data?.pages.flatMap((page) => page.auditEvents) ?? []}
        rowKey={({ id }) => id}
        empty={<EmptyState icon={IconHistory} title={t('audit.empty.title')} text={t('audit.empty.text')} />}
        onClearFilters={search.some ? search.clear : undefined}
      />
      <AuditDetail event={shown} onClose={() => setShown(undefined)} />
    </>
  );
}

function useColumns(show: (event: AuditEvent) => void): Column<AuditEvent>[] {
  const { t } = useTranslation();
  return [
    {
      label: t('audit.columns.action'),
      cell: (event) => (
        <UnstyledButton
          fz="inherit"
          fw={600}
          td="underline"
          aria-label={t('audit.detailOf', { action: event.action })}
          onClick={() => show(event)}
        >
          {event.action}
        </UnstyledButton>
      ),
    },
    { label: t('audit.columns.time'), cell: ({ createTime }) => <Time value={createTime} exact /> },
    {
      label: t('audit.columns.user'),
      cell: ({ userId }) => (userId === '' ? t('audit.nobody') : <UserName userId={userId} />),
    },
    {
      label: t('audit.columns.target'),
      cell: ({ target }) => (target === '' ? '–' : <Code>{target}</Code>),
    },
    {
      label: t('audit.columns.outcome'),
      cell: ({ outcome }) => {
        const [name, color] = auditOutcome(outcome);
        return <StateBadge color={color} label={t(`audit.outcomes.${name}`)} />;
      },
    },
    { label: t('audit.columns.address'), cell: ({ address }) => address || '–' },
  ];
}
