/** What the rule in the form would have done over stored history. */
import { durationMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { type AlertRule, AlertRules } from '@hostler/client';
import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';

import { DryRunServers } from './DryRunServers';

const DAY = 86_400_000;
const STRETCHES = [1, 7, 30];
/** More than so many a day on a server are more than anybody reads. */
const OFTEN = 5;

export function DryRun({ rule }: { readonly rule: AlertRule }) {
  const { t } = useTranslation();
  const [days, setDays] = useState(7);
  const run = useMutation(AlertRules.method.dryRunAlertRule);
  const condition = rule.condition?.condition;
  const [stretch, setStretch] = useState({ start: 0, end: 0 });
  const start = () => {
    const end = Date.now();
    // The most that is allowed is not to be missed by the time on the way.
    const begin = end - days * DAY + 60_000;
    setStretch({ start: begin, end });
    run.mutate({ rule, startTime: timestampFromMs(begin) });
  };
  const metric = condition?.case === 'metric' ? condition.value : undefined;
  return (
    <Panel title={t('rules.dryRun.title')}>
      <Text c="dimmed">{t(metric ? 'rules.dryRun.text' : 'rules.dryRun.onlyMetrics')}</Text>
      {metric && (
        <Group align="flex-end" gap="sm">
          <NativeSelect
            label={t('rules.dryRun.stretch')}
            value={String(days)}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
            data={STRETCHES.map((count) => ({
              value: String(count),
              label: t('rules.dryRun.days', { count }),
            }))}
          />
          <Button variant="light" loading={run.isPending} onClick={start}>
            {t('rules.dryRun.run')}
          </Button>
        </Group>
      )}
      <Stack role="status" gap="sm">
        {run.error && <ErrorState error={run.error} />}
        {metric && run.data && (
          <>
            <Verdict
              count={run.data.fireCount}
              often={run.data.fireCount > OFTEN * days * Math.max(1, run.data.servers.length)}
              servers={run.data.servers.length}
            />
            <DryRunServers
              servers={run.data.servers}
              metric={metric.metric}
              start={stretch.start}
              end={stretch.end}
            />
            <Steps width={run.data.pointWidth ? durationMs(run.data.pointWidth) : 0} />
          </>
        )}
      </Stack>
    </Panel>
  );
}

interface VerdictProps {
  readonly count: number;
  readonly often: boolean;
  readonly servers: number;
}

function Verdict({ count, often, servers }: VerdictProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (servers === 0) return <Alert color="gray">{t('rules.dryRun.noServers')}</Alert>;
  return (
    <Text fw={600}>
      {count === 0
        ? t('rules.dryRun.never')
        : t('rules.dryRun.count', { count, formatted: format.number(count) })}{' '}
      {often && t('rules.dryRun.often')}
    </Text>
  );
}

function Steps({ width }: { readonly width: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (width === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('rules.dryRun.averages', { span: format.span(width) })}
    </Text>
  );
}
