/** What the examination of a hypervisor finds, the worst first, and what to do about it. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, FindingSeverity, type HypervisorFinding } from '@hostler/client';
import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { findingSeverity } from '@/staff/hypervisorState';
import { Panel } from '@/components/Panel';
import { StateBadge } from '@/components/StateBadge';
import { useFormat } from '@/format/useFormat';

export function Findings({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  // Asking is work for the hypervisor: again only when somebody wants it.
  const check = useQuery(
    Catalog.method.checkHypervisor,
    { name },
    { staleTime: Infinity, refetchOnMount: 'always', refetchOnWindowFocus: false },
  );
  return (
    <Panel
      title={t('hypervisors.check.title')}
      actions={
        <Button variant="default" size="xs" loading={check.isFetching} onClick={() => void check.refetch()}>
          {t('hypervisors.check.again')}
        </Button>
      }
    >
      {check.isPending && (
        <Group gap="sm" role="status">
          <Loader size="sm" aria-hidden />
          <Text c="dimmed">{t('hypervisors.check.running')}</Text>
        </Group>
      )}
      {check.error && <ErrorState error={check.error} onRetry={() => void check.refetch()} />}
      {check.data && (
        <>
          <Summary findings={check.data.findings} />
          <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
            {check.data.findings.map((finding, index) => (
              <Finding key={index} finding={finding} />
            ))}
          </Stack>
        </>
      )}
    </Panel>
  );
}

function Summary({ findings }: { readonly findings: readonly HypervisorFinding[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const count = (severity: FindingSeverity) =>
    findings.filter((finding) => finding.severity === severity).length;
  const errors = count(FindingSeverity.ERROR);
  const warnings = count(FindingSeverity.WARNING);
  const [color, text] =
    errors > 0
      ? ['red', t('hypervisors.check.errors', { count: errors, formatted: format.number(errors) })]
      : warnings > 0
        ? [
            'apricot',
            t('hypervisors.check.warnings', { count: warnings, formatted: format.number(warnings) }),
          ]
        : ['petrol', t('hypervisors.check.ok')];
  return (
    <Alert color={color} variant="light" role="status">
      {text}
    </Alert>
  );
}

/** The words are the server's, in English, as it knows best what it saw. */
function Finding({ finding }: { readonly finding: HypervisorFinding }) {
  const { t } = useTranslation();
  const { severity, subject, text, advice } = finding;
  const [name, color] = findingSeverity(severity);
  return (
    <li>
      <Group gap="sm" align="baseline">
        <StateBadge color={color} label={t(`hypervisors.check.severities.${name}`)} />
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {subject}
        </Text>
      </Group>
      <Text size="sm" lang="en" style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
      {advice !== '' && (
        <Text size="sm" mt={4}>
          <strong>{t('hypervisors.check.advice')}</strong> <span lang="en">{advice}</span>
        </Text>
      )}
    </li>
  );
}
