import { create } from '@bufbuild/protobuf';
import { durationFromMs, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import {
  AlertMetric,
  AlertRules,
  AlertRuleSchema,
  Channels,
  type CreateAlertRuleRequest,
  type DryRunAlertRuleRequest,
  Nodes,
} from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { aRule, refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs } from '../../../test/staff';
import { aStream } from '../../../test/streams';
import { NEW_RULE, ruleOf, valuesOf } from './ruleValues';

describe('the form of a rule', () => {
  it('reads as a sentence, is tried, and says beside the fields what is wrong', async () => {
    const sent: CreateAlertRuleRequest[] = [];
    const tried: DryRunAlertRuleRequest[] = [];
    const { findByLabelText, findByRole, findByText, queryByText, user } = await renderApp({
      at: '/rules/new',
      leadsTo: ['/rules'],
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
    // What was found is about the rule as it was.
    await user.selectOptions(await findByLabelText('Stretch of time'), '30 days');
    expect(queryByText('It would not have fired.')).toBeNull();
    await user.selectOptions(await findByLabelText('Stretch of time'), '7 days');
    await findByText('It would not have fired.');
    await user.type(threshold, '.5');
    expect(queryByText('It would not have fired.')).toBeNull();
    await user.type(threshold, '{Backspace}{Backspace}');
    await user.type(await findByLabelText('Name'), 'y');
    await findByText('It would not have fired.');
    await user.type(await findByLabelText('Name'), '{Backspace}');

    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(threshold).toHaveAccessibleDescription(/0 to 1/));
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await findByRole('row', { name: /Processor busy.*Processor above 90%/ });
    expect(sent[1]?.rule).toMatchObject({ displayName: 'Busy', disabled: false });
  });

  it('wants a threshold, and takes none for no zero', async () => {
    const { findByLabelText, findByRole, queryByText, user } = await renderApp({
      at: '/rules/new',
      // Neither a try nor the rule is sent: the server has neither method.
      server: (r) => {
        signedIn(r);
        r.rpc(Channels.method.listChannels, () => ({ channels: [] }));
      },
    });
    await user.type(await findByLabelText('Name'), 'Busy');
    const threshold = await findByLabelText('Threshold');
    for (const name of ['Try the rule', 'Make the rule']) {
      await user.clear(threshold);
      expect(queryByText(/^Tell me when/)).toBeNull();
      await user.click(await findByRole('button', { name }));
      await vi.waitFor(() => expect(threshold).toHaveAccessibleDescription(/This is needed/));
      await user.type(threshold, '9');
    }
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

describe('a rule that is saved', () => {
  const start = timestampFromMs(Date.UTC(2026, 0, 2));
  const over = { fireTime: start, resolveTime: start };
  const goesOn = { fireTime: start };

  /** A rule on its page, and what was tried of it. */
  async function showOne({ disabled = false, unavailable = false } = {}) {
    const tried: DryRunAlertRuleRequest[] = [];
    const page = await renderApp({
      at: '/rules/0190-rule',
      server: (r) => {
        signedIn(r);
        r.rpc(Channels.method.listChannels, () => ({ channels: [] }));
        r.rpc(AlertRules.method.getAlertRule, () => ({ rule: aRule({ disabled }) }));
        r.rpc(AlertRules.method.updateAlertRule, ({ rule }) => ({
          rule: { ...rule, etag: 'second' } as never,
        }));
        r.rpc(AlertRules.method.dryRunAlertRule, (request) => {
          tried.push(request);
          if (unavailable) throw refusal(Code.Internal, 'INTERNAL');
          return {
            fireCount: 4,
            servers: [
              { serverId: 'a', fireCount: 2, alerts: [over, goesOn] },
              { serverId: 'b', fireCount: 1, alerts: [over] },
              { serverId: 'c', fireCount: 1, alerts: [over] },
            ],
          };
        });
      },
    });
    return { ...page, tried };
  }

  async function saveOne(options = {}) {
    const page = await showOne(options);
    await page.user.click(await page.findByRole('button', { name: 'Save' }));
    return page;
  }

  it('says where it is true already', async () => {
    const { findByText, tried } = await saveOne();
    await findByText('True at this moment on 1 of 3 servers.');
    await findByText('Alerts come as soon as the time of the rule is over.');
    expect(tried).toMatchObject([{ rule: { displayName: 'Processor busy' } }]);
    const reach = Date.now() / 1000 - Number(tried[0]?.startTime?.seconds);
    expect(Math.round(reach / 60)).toBe(60);
  });

  it('says nothing of it while it rests', async () => {
    const { findByText, queryByText, tried } = await saveOne({ disabled: true });
    await findByText(/^Saved/);
    expect(tried).toEqual([]);
    expect(queryByText(/^True at this moment/)).toBeNull();
  });

  it('is saved also when that cannot be found out', async () => {
    const { findByText, queryByText, tried } = await saveOne({ unavailable: true });
    await findByText(/^Saved/);
    await vi.waitFor(() => expect(tried).toHaveLength(1));
    expect(queryByText('Something went wrong on our side.')).toBeNull();
  });

  it('is told of in a try, too', async () => {
    const { findByRole, findByText, user } = await showOne();
    await user.click(await findByRole('button', { name: 'Try the rule' }));
    await findByText(/^It would have fired 4 times\. *True at this moment on 1 of 3 servers\.$/);
  });
});

/** One of a list that opens: where nothing has a size, it is there and does not show. */
const choice = (name: string) => ({ name, hidden: true });

describe('the channels of a rule', () => {
  it('are its owner’s, also when an operator changes it', async () => {
    const { findByLabelText, findByRole, findByText, queryByRole, user } = await renderApp({
      at: '/rules/0190-rule',
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(AlertRules.method.getAlertRule, () => ({ rule: aRule({ channelIds: ['pager', 'gone'] }) }));
        r.rpc(Channels.method.listChannels, () => ({
          channels: [{ id: 'mine', displayName: 'The operator’s own' }],
        }));
        r.rpc(Channels.method.getChannel, ({ channelId }) => {
          if (channelId === 'gone') throw refusal(Code.NotFound, 'CHANNEL_NOT_FOUND');
          return { channel: { id: channelId, displayName: 'Pager' } };
        });
      },
    });
    await findByText(/only they can add others/);
    await user.click(await findByLabelText('Channels', { selector: 'input' }));
    await findByRole('option', choice('Pager'));
    await findByRole('option', choice('Deleted channel'));
    expect(queryByRole('option', choice('The operator’s own'))).toBeNull();
  });

  it('are chosen anew when the rule becomes the installation’s', async () => {
    const sent: CreateAlertRuleRequest[] = [];
    const { findByLabelText, findByRole, user } = await renderApp({
      at: '/rules/new',
      leadsTo: ['/rules'],
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(Channels.method.listChannels, ({ installation }) => ({
          channels: installation ? [] : [{ id: 'mine', displayName: 'Mine' }],
        }));
        r.rpc(AlertRules.method.listAlertRules, () => ({ rules: [] }));
        r.rpc(AlertRules.method.createAlertRule, (request) => {
          sent.push(request);
          return { rule: aRule() };
        });
      },
    });
    await user.type(await findByLabelText('Name'), 'Busy');
    await user.click(await findByLabelText('Channels', { selector: 'input' }));
    await user.click(await findByRole('option', choice('Mine')));
    await user.click(await findByLabelText(/^A rule of the installation/));
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.rule).toMatchObject({ installation: true, channelIds: [] });
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

describe('a rule about nodes', () => {
  /** The form of a new rule, as an operator sees it, with one node to choose. */
  async function newRule() {
    const sent: CreateAlertRuleRequest[] = [];
    const page = await renderApp({
      at: '/rules/new',
      leadsTo: ['/rules'],
      server: (r) => {
        signedInAs(r, OPERATOR);
        const nodes = [{ id: '0190-node', displayName: 'rack-1' }];
        const stream = aStream(() => ({ event: { case: 'snapshot' as const, value: { nodes } } }));
        r.rpc(Nodes.method.watchNodes, stream.open as never);
        r.rpc(Channels.method.listChannels, () => ({ channels: [] }));
        r.rpc(AlertRules.method.listAlertRules, () => ({ rules: [] }));
        r.rpc(AlertRules.method.createAlertRule, (request) => {
          sent.push(request);
          return { rule: aRule() };
        });
      },
    });
    await page.user.type(await page.findByLabelText('Name'), 'Watchful');
    return { ...page, sent };
  }

  it('is the installation’s, and has the conditions of nodes', async () => {
    const { findByLabelText, findByRole, findByText, queryByLabelText, sent, user } = await newRule();
    await user.selectOptions(await findByLabelText('What it is about'), 'Nodes with certain labels');
    expect(queryByLabelText(/^A rule of the installation/)).toBeNull();
    await user.selectOptions(await findByLabelText('Alert when'), 'the node is offline');
    await findByText('Tell me when: The node is offline, for 5 min.');
    const labels = await findByLabelText('Labels of the nodes');
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(labels).toHaveAccessibleDescription(/This is needed/));
    await user.type(labels, 'site');
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(labels).toHaveAccessibleDescription(/key=value/));
    await user.type(labels, '=berlin');
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.rule).toMatchObject({
      installation: true,
      subjects: { subjects: { case: 'nodeLabels', value: { labels: { site: 'berlin' } } } },
      condition: { condition: { case: 'nodeOffline', value: { duration: { seconds: 300n } } } },
    });
  });

  it('asks for the node', async () => {
    const { findByLabelText, findByRole, findByText, sent, user } = await newRule();
    await user.selectOptions(await findByLabelText('What it is about'), 'One node');
    await user.selectOptions(await findByLabelText('Alert when'), 'a disk will be full soon');
    await findByText('Tell me when: A disk will be full within 1 day.');
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await findByText('Choose a node.');
    await user.click(await findByLabelText('Node', { selector: 'input' }));
    await user.click(await findByRole('option', choice('rack-1')));
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.rule?.subjects?.subjects).toMatchObject({ case: 'nodeId', value: '0190-node' });
    expect(sent[0]?.rule?.condition?.condition.value).toMatchObject({ within: { seconds: 86_400n } });
  });

  it('is about containers of a name, and then has theirs', async () => {
    const { findByLabelText, findByRole, findByText, queryByText, sent, user } = await newRule();
    await user.selectOptions(await findByLabelText('What it is about'), 'Containers');
    await findByText(
      'Only rules about a figure of servers or nodes of which a history is kept can be tried.',
    );
    const pattern = await findByLabelText('Name of the container');
    await user.clear(pattern);
    await user.type(pattern, 'shop-*');
    await user.selectOptions(
      await findByLabelText('Alert when'),
      'the container is restarted again and again',
    );
    await findByText('Tell me when: The container was restarted 3 times within 10 min.');
    expect(queryByText('For how long, in minutes')).toBeNull();
    await user.click(await findByRole('button', { name: 'Make the rule' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.rule).toMatchObject({
      installation: true,
      subjects: { subjects: { case: 'containers', value: { namePattern: 'shop-*', nodeId: '' } } },
      condition: { condition: { case: 'containerRestarts', value: { count: 3 } } },
    });
  });

  it('is not to be chosen by customers', async () => {
    const { findByLabelText, queryByRole } = await renderApp({
      at: '/rules/new',
      server: (r) => {
        signedIn(r);
        r.rpc(Channels.method.listChannels, () => ({ channels: [] }));
      },
    });
    await findByLabelText('Which servers');
    expect(queryByRole('option', { name: 'All nodes' })).toBeNull();
  });

  it.each([
    ['nodes', 'metric', AlertMetric.TEMPERATURE_CELSIUS, 82.5],
    ['node', 'metric', AlertMetric.LOAD_PER_CORE, 1.5],
    ['containers', 'metric', AlertMetric.CPU_CORES, 0.25],
    ['containers', 'metric', AlertMetric.MEMORY_BYTES, 512],
  ] as const)('keeps what it says: %s, %s %s', (subjects, kind, metric, threshold) => {
    const values = {
      ...NEW_RULE,
      subjects,
      kind,
      metric: String(metric),
      threshold,
      installation: true,
      ...(subjects === 'node' && { nodeId: '0190-node' }),
    };
    expect(valuesOf(create(AlertRuleSchema, ruleOf(values)))).toEqual(values);
  });

  it.each(['crashed', 'exited', 'unhealthy', 'restarts'] as const)('keeps that it is %s', (kind) => {
    const values = {
      ...NEW_RULE,
      subjects: 'containers' as const,
      labels: 'rack=a',
      kind,
      installation: true,
    };
    expect(valuesOf(create(AlertRuleSchema, ruleOf(values)))).toMatchObject({ kind, labels: 'rack=a' });
  });
});
