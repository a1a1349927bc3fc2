/**
 * Says of a rule that was saved where it is true already: whoever meets the first alert a few minutes later should not wonder. What is
 * asked is a try over the last hour; if that fails, or the rule has no figures to try, nothing is said.
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { durationMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AlertRules, AlertRuleSchema } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { useClient } from '@/api/useClient';
import { useToasts } from '@/components/toast';
import { useFormat } from '@/format/useFormat';

import { canTry } from './canTry';
import { firingNow } from './firingNow';

const HOUR = 3_600_000;

export function useForetell(): (rule: MessageInitShape<typeof AlertRuleSchema>) => void {
  const { t } = useTranslation();
  const toasts = useToasts();
  const format = useFormat();
  const client = useClient(AlertRules);
  const foretell = async (init: MessageInitShape<typeof AlertRuleSchema>) => {
    const rule = create(AlertRuleSchema, init);
    const condition = rule.condition?.condition;
    if (rule.disabled || condition?.case !== 'metric' || !canTry(rule)) return;
    const { duration } = condition.value;
    const reach = HOUR + (duration ? durationMs(duration) : 0);
    const answer = await client.dryRunAlertRule({ rule, startTime: timestampFromMs(Date.now() - reach) });
    const fired = firingNow(answer);
    if (fired === 0) return;
    const onNodes = answer.nodes.length > 0;
    const all = answer.servers.length + answer.nodes.length;
    const words = { fired: format.number(fired), all: format.number(all) };
    toasts.warning(t(`rules.dryRun.${onNodes ? 'nowOnNodes' : 'now'}`, words), t('rules.dryRun.soon'));
  };
  return (rule) => void foretell(rule).catch(() => undefined);
}
