/** What the last comparison of a hypervisor's guests with Hostler's servers found: what belongs to nobody, and what is missing. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type HypervisorReport } from '@hostler/client';
import { Alert, List, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { ServerName } from '@/components/ServerName';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';

/** Whoever has more reads them by the API. */
const MOST_NAMED = 20;

export function Report({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(Catalog.method.getHypervisorReport, { name });
  const report = data?.report;
  return (
    <Panel title={t('hypervisors.report.title')}>
      {isPending && <Skeleton height={80} />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {report && report.problem !== '' && (
        <Alert color="red" variant="light" title={t('hypervisors.report.problem')}>
          <span lang="en">{report.problem}</span>
        </Alert>
      )}
      {report &&
        (report.sweepTime ? (
          <Found report={report} />
        ) : (
          <Text c="dimmed">{t('hypervisors.report.never')}</Text>
        ))}
    </Panel>
  );
}

function Found({ report }: { readonly report: HypervisorReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { orphans, orphanCount, lostServerIds, lostCount, unmarkedServerIds, unmarkedCount } = report;
  const counted = (count: number) => ({ count, formatted: format.number(count) });
  return (
    <>
      <Facts
        facts={[
          { label: t('hypervisors.report.time'), value: <Time value={report.sweepTime} /> },
          { label: t('hypervisors.report.guests'), value: format.number(report.guestCount) },
          { label: t('hypervisors.report.servers'), value: format.number(report.serverCount) },
        ]}
      />
      {orphanCount + lostCount + unmarkedCount === 0 && (
        <Alert color="petrol" variant="light">
          {t('hypervisors.report.fine')}
        </Alert>
      )}
      {lostCount > 0 && (
        <Difference
          title={t('hypervisors.report.lost', counted(lostCount))}
          text={t('hypervisors.report.lostText')}
          items={lostServerIds.map((id) => ({ key: id, item: <ServerName serverId={id} /> }))}
        />
      )}
      {unmarkedCount > 0 && (
        <Difference
          title={t('hypervisors.report.unmarked', counted(unmarkedCount))}
          text={t('hypervisors.report.unmarkedText')}
          items={unmarkedServerIds.map((id) => ({ key: id, item: <ServerName serverId={id} /> }))}
        />
      )}
      {orphanCount > 0 && (
        <Difference
          title={t('hypervisors.report.orphans', counted(orphanCount))}
          text={t('hypervisors.report.orphansText')}
          items={orphans.map(({ vmid, node, name }) => ({
            key: String(vmid),
            item: t('hypervisors.report.orphan', { vmid: String(vmid), node, name }),
          }))}
        />
      )}
    </>
  );
}

interface DifferenceProps {
  readonly title: string;
  readonly text: string;
  readonly items: readonly { readonly key: string; readonly item: ReactNode }[];
}

function Difference({ title, text, items }: DifferenceProps) {
  return (
    <Alert color="apricot" variant="light" title={title}>
      <Text size="sm">{text}</Text>
      <List size="sm" mt="xs">
        {items.slice(0, MOST_NAMED).map(({ key, item }) => (
          <List.Item key={key}>{item}</List.Item>
        ))}
        {items.length > MOST_NAMED && <List.Item>…</List.Item>}
      </List>
    </Alert>
  );
}
