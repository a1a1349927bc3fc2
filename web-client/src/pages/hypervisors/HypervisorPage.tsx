/** One hypervisor, and for operators what its examination finds. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog } from '@hostler/client';
import { Alert, Button, Stack } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { useOperates } from '@/api/me';
import { LARGEST_PAGE } from '@/api/pages';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { HypervisorStateBadge } from '@/staff/HypervisorStateBadge';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { SimulatedBadge } from '@/components/SimulatedBadge';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { Findings } from './Findings';
import { kindText } from './kind';
import { Report } from './Report';

export default function HypervisorPage() {
  const { t } = useTranslation();
  const { name = '' } = useParams();
  const operates = useOperates();
  const known = useQuery(Catalog.method.listHypervisors, { pageSize: LARGEST_PAGE });
  if (known.isPending) return <PageSkeleton />;
  if (known.error) return <ErrorState error={known.error} onRetry={() => void known.refetch()} />;
  const hypervisor = known.data.hypervisors.find((other) => other.name === name);
  if (!hypervisor) {
    return (
      <EmptyState
        icon={IconCpu}
        title={t('hypervisors.gone.title')}
        text={t('hypervisors.gone.text')}
        action={
          <Button component={Link} to={paths.hypervisors()} variant="light">
            {t('hypervisors.back')}
          </Button>
        }
      />
    );
  }
  const { simulated, kind, version, nodes, state } = hypervisor;
  return (
    <>
      <PageHeader title={name} description={simulated && <SimulatedBadge />} />
      <Stack mt="md">
        {simulated && (
          <Alert color="apricot" variant="light">
            {t('hypervisors.simulatedText')}
          </Alert>
        )}
        <Panel title={t('hypervisors.columns.state')}>
          <Facts
            facts={[
              { label: t('hypervisors.columns.state'), value: <HypervisorStateBadge state={state} /> },
              { label: t('hypervisors.columns.kind'), value: kindText(kind, t) },
              { label: t('hypervisors.columns.version'), value: version || '–' },
              { label: t('hypervisors.columns.nodes'), value: nodes.join(', ') || '–' },
            ]}
          />
        </Panel>
        {operates && <Findings name={name} />}
        {operates && <Report name={name} />}
      </Stack>
    </>
  );
}
