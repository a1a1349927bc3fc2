import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import {
  AlertMetric,
  AlertRules,
  Channels,
  type CreateAlertRuleRequest,
  type DryRunAlertRuleRequest,
} from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { aRule, refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { ruleOf, valuesOf } from './ruleValues';

describe('the form of a rule', () => {
  it('reads as a sentence, is tried, and says beside the fields what is wrong', async () => {
    const sent: CreateAlertRuleRequest[] = [];
    const tried: DryRunAlertRuleRequest[] = [];
    const { findByLabelText, findByRole, findByText, user } = await renderApp({
      at: '/rules/new',
      server: (r) => {
        signedIn(r);
        r.rpc(Channels.method.listChannels, () => ({ channels: [] }));
        r.rpc(AlertRules.method.listAlertRules, () => ({ rules: [aRule()] }));
        r.rpc(AlertRules.method.dryRunAlertRule, (request) => {
          tried.push(request);
          return { fireCount: 0, servers: [{ serverId: '0190-server' }], pointWidth: durationFromMs(60_000) };
        });
        r.rpc(AlertRules.method.createAlertRule, (request) => {
          sent.push(request);
          if (sent.length > 1) return { rule: aRule() };
          throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
            violations: [{ field: 'rule.condition.metric.threshold', description: 'must be from 0 to 1' }],
          });
        });
      },
    });
    await user.type(await findByLabelText('Name'), 'Busy');
    const threshold = await findByLabelText('Threshold');
    await user.clear(threshold);
    await user.type(threshold, '95');
    await findByText('Tell me when: Processor above 95%, for 5 min.');

    await user.click(await findByRole('button', { name: 'Try the rule' }));
    await findByText('It would not have fired.');
    expect(tried[0]?.rule?.condition?.condition.value).toMatchObject({ threshold: 0.95 });

    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(threshold).toHaveAccessibleDescription(/0 to 1/));
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await findByRole('row', { name: /Processor busy.*Processor above 90%/ });
    expect(sent[1]?.rule).toMatchObject({ displayName: 'Busy', disabled: false });
  });

  it('is not there for a rule of the installation, but its sentence is', async () => {
    const { findByText, queryByRole } = await renderApp({
      at: '/rules/0190-rule',
      server: (r) => {
        signedIn(r);
        r.rpc(AlertRules.method.getAlertRule, () => ({ rule: aRule({ ownerId: '', installation: true }) }));
      },
    });
    await findByText('This rule is the installation’s. Operators change it.');
    expect(queryByRole('button', { name: 'Save' })).toBeNull();
  });
});

it('a rule that passes through the form is the same', () => {
  const condition = {
    metric: AlertMetric.NETWORK_IN_RATE,
    threshold: 1.5 * 1024 ** 2,
    clearThreshold: 1024 ** 2,
    duration: durationFromMs(90_000),
  };
  const values = valuesOf(
    aRule({ repeatInterval: durationFromMs(3_600_000), clearDuration: durationFromMs(0) }),
  );
  expect(valuesOf(aRule())).toMatchObject({ threshold: 90, clearThreshold: '', repeatInterval: '0' });
  expect(ruleOf(values)).toMatchObject({ repeatInterval: durationFromMs(3_600_000) });
  expect(
    ruleOf({
      ...values,
      metric: String(condition.metric),
      threshold: 1.5,
      clearThreshold: 1,
      duration: 1.5,
    }).condition?.condition?.value,
  ).toMatchObject(condition);
});
