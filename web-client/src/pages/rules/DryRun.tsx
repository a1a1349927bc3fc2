/** What the rule in the form would have done over stored history: an answer is shown for as long as it is about what the form says. */
import { create, equals } from '@bufbuild/protobuf';
import { durationMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { type AlertRule, AlertRules, AlertRuleSchema } from '@hostler/client';
import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';
import { useFormat } from '@/format/useFormat';

import { canTry } from './canTry';
import { DryRunSubjects } from './DryRunSubjects';
import { firingNow } from './firingNow';
import { targetOf } from './ruleTarget';

const DAY = 86_400_000;
const STRETCHES = [1, 7, 30];
/** More than so many a day on a server are more than anybody reads. */
const OFTEN = 5;

interface Props {
  readonly rule: AlertRule;
  /** Asked before a try: false when the form says what is missing. */
  readonly mayStart: () => boolean;
}

export function DryRun({ rule, mayStart }: Props) {
  const { t } = useTranslation();
  const [days, setDays] = useState(7);
  const run = useMutation(AlertRules.method.dryRunAlertRule);
  const [tried, setTried] = useState<Tried>();
  const wanted = whatCounts(rule);
  const start = () => {
    if (!mayStart()) return;
    const stretch = lastDays(days);
    setTried({ rule: wanted, days, ...stretch });
    run.mutate({ rule: wanted, startTime: timestampFromMs(stretch.start) });
  };
  const condition = rule.condition?.condition;
  const metric = condition?.case === 'metric' && canTry(rule) ? condition.value : undefined;
  const onNodes = targetOf(rule.subjects) === 'node';
  const subjects = run.data ? run.data.servers.length + run.data.nodes.length : 0;
  const shown = tried?.days === days && equals(AlertRuleSchema, tried.rule, wanted) ? tried : undefined;
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
        {shown && run.error && <ErrorState error={run.error} />}
        {shown && metric && run.data && (
          <>
            <Verdict
              count={run.data.fireCount}
              now={firingNow(run.data)}
              often={run.data.fireCount > OFTEN * days * Math.max(1, subjects)}
              subjects={subjects}
              onNodes={onNodes}
            />
            <DryRunSubjects
              servers={run.data.servers}
              nodes={run.data.nodes}
              metric={metric.metric}
              start={shown.start}
              end={shown.end}
            />
            <Steps width={run.data.pointWidth ? durationMs(run.data.pointWidth) : 0} />
          </>
        )}
      </Stack>
    </Panel>
  );
}

/** What was asked last. */
interface Tried {
  readonly rule: AlertRule;
  readonly days: number;
  readonly start: number;
  readonly end: number;
}

/** Of the rule what decides when it fires: a try tells nobody, whatever the rule is called. */
function whatCounts({ subjects, condition, clearDuration }: AlertRule): AlertRule {
  return create(AlertRuleSchema, {
    ...(subjects && { subjects }),
    ...(condition && { condition }),
    ...(clearDuration && { clearDuration }),
  });
}

interface VerdictProps {
  readonly count: number;
  /** On how many of them it would fire still. */
  readonly now: number;
  readonly often: boolean;
  /** On how many it was tried. */
  readonly subjects: number;
  readonly onNodes: boolean;
}

function Verdict({ count, now, often, subjects, onNodes }: VerdictProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (subjects === 0)
    return <Alert color="gray">{t(`rules.dryRun.${onNodes ? 'noNodes' : 'noServers'}`)}</Alert>;
  const words = { fired: format.number(now), all: format.number(subjects) };
  return (
    <Text fw={600}>
      {count === 0
        ? t('rules.dryRun.never')
        : t('rules.dryRun.count', { count, formatted: format.number(count) })}{' '}
      {often && t('rules.dryRun.often')}{' '}
      {now > 0 && t(`rules.dryRun.${onNodes ? 'nowOnNodes' : 'now'}`, words)}
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

/** The most that is allowed is not to be missed by the time on the way. */
function lastDays(days: number): { readonly start: number; readonly end: number } {
  const end = Date.now();
  return { start: end - days * DAY + 60_000, end };
}
