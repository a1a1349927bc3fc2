import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import {
  type Alert,
  AlertConditionSchema,
  AlertChangeKind,
  AlertRules,
  Alerts,
  AlertSeverity,
  AlertState,
  type CreateSilenceRequest,
} from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { aRule, anAlert, refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { aStream } from '../../../test/streams';
import { listAlerts } from './alertList';

/** The alert centre, what was asked of it, and a stream that goes on as the test says. */
async function showAlerts(firing: Alert[], search = '') {
  const now = new Map(firing.map((alert) => [alert.id, alert]));
  const stream = aStream<{ event: { case: string; value: object } }>(() => ({
    event: {
      case: 'snapshot',
      value: { alerts: [...now.values()], last: true, cursor: 'one' },
    },
  }));
  const sent: [string, object][] = [];
  const silences: CreateSilenceRequest[] = [];
  const page = await renderApp({
    at: `/alerts${search}`,
    server: (r) => {
      signedIn(r);
      r.rpc(Alerts.method.watchAlerts, stream.open as never);
      r.rpc(Alerts.method.acknowledgeAlert, (request) => {
        sent.push(['acknowledge', request]);
        return { alert: anAlert({ ...firing[0], acknowledgeTime: timestampFromMs(Date.now()) }) };
      });
      r.rpc(Alerts.method.getAlert, () => ({
        alert: anAlert(firing[0]),
        changes: [
          { cursor: 'b', kind: AlertChangeKind.ACKNOWLEDGED },
          { cursor: 'a', kind: AlertChangeKind.FIRED },
        ],
      }));
      r.rpc(Alerts.method.createSilence, (request) => {
        silences.push(request);
        return {};
      });
      r.rpc(Alerts.method.listAlerts, ({ states }) => ({
        alerts: states.includes(AlertState.RESOLVED)
          ? [
              anAlert({
                id: 'past',
                ruleName: 'Disk full',
                state: AlertState.RESOLVED,
                resolveTime: timestampFromMs(Date.UTC(2026, 0, 2, 4, 4)),
              }),
            ]
          : [],
      }));
      r.rpc(AlertRules.method.listAlertRules, () => ({ rules: [aRule()] }));
    },
  });
  const change = (cursor: string, alert: Alert) => {
    if (alert.state === AlertState.FIRING) now.set(alert.id, alert);
    else now.delete(alert.id);
    stream.send({ event: { case: 'change', value: { cursor, alert } } });
  };
  return { ...page, stream, change, sent, silences };
}

describe('the alert centre', () => {
  it('shows alerts as they come and go, and goes on where a broken stream was', async () => {
    const { findByRole, findByText, stream, change, queryByRole } = await showAlerts([]);
    await findByText('Nothing is wrong');
    change('two', anAlert());
    const card = await findByRole('listitem', { name: 'Processor busy, web-1' });
    expect(card).toHaveTextContent('Processor above 90%, for 5 min');
    expect(card).toHaveTextContent('now 97%');

    stream.cut(refusal(Code.Unavailable, 'STOPPING'));
    await vi.waitFor(() => expect(stream.opened).toHaveLength(2), { timeout: 10_000 });
    expect(stream.opened).toMatchObject([{ cursor: '' }, { cursor: 'two' }]);
    await vi.waitFor(() => expect(stream.waiting()).toBe(true));
    change('three', anAlert({ state: AlertState.RESOLVED }));
    await vi.waitFor(() => expect(queryByRole('listitem', { name: /Processor busy/ })).toBeNull());
  });

  it('says when no more alerts come, and tries again when told to', async () => {
    const { findByRole, findByText, stream, change, queryByRole, user } = await showAlerts([]);
    await findByText('Nothing is wrong');
    stream.cut(refusal(Code.Internal, 'INTERNAL'));
    expect(await findByRole('alert')).toHaveTextContent('Try again');
    await user.click(await findByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(stream.waiting()).toBe(true));
    change('two', anAlert());
    await findByRole('listitem', { name: 'Processor busy, web-1' });
    expect(queryByRole('alert')).toBeNull();
  });

  it('acknowledges', async () => {
    const { findByRole, user, sent } = await showAlerts([anAlert()]);
    await user.click(await findByRole('button', { name: 'Acknowledge Processor busy, web-1' }));
    const card = await findByRole('listitem', { name: 'Processor busy, web-1' });
    await vi.waitFor(() => expect(card).toHaveTextContent(/Acknowledged now/));
    expect(sent).toMatchObject([['acknowledge', { alertId: '0190-alert' }]]);
    await findByRole('button', { name: /^Take back/ });
  });

  it('silences what is like an alert, for a while', async () => {
    const { findByRole, user, silences } = await showAlerts([anAlert()]);
    await user.click(await findByRole('button', { name: /^Silence Processor busy/ }));
    const dialog = within(await findByRole('dialog'));
    await user.selectOptions(dialog.getByLabelText('Which alerts'), 'Of any rule on this server');
    await user.selectOptions(dialog.getByLabelText('For how long'), '4 hr');
    await user.type(dialog.getByLabelText('Why'), 'new disk');
    await user.click(dialog.getByRole('button', { name: 'Silence' }));
    await vi.waitFor(() => expect(silences).toHaveLength(1));
    expect(silences[0]?.silence).toMatchObject({ serverId: '0190-server', ruleId: '', comment: 'new disk' });
    const hours = (Number(silences[0]?.silence?.endTime?.seconds) - Date.now() / 1000) / 3600;
    expect(Math.round(hours)).toBe(4);
  });

  it('names containers with their nodes, leads there, and silences the node', async () => {
    const forecast = {
      condition: { case: 'diskForecast' as const, value: { within: { seconds: 86_400n } } },
    };
    const onNode = { serverId: '', serverName: '', nodeId: '0190-node', nodeName: 'rack-1' };
    const { findByRole, user, silences } = await showAlerts([
      anAlert({ ...onNode, containerName: 'shop-db', ruleName: 'Crashed' }),
      anAlert({
        ...onNode,
        id: 'disk',
        ruleName: 'Disk',
        value: 5.2,
        condition: create(AlertConditionSchema, forecast),
      }),
    ]);
    const card = within(await findByRole('listitem', { name: 'Crashed, shop-db (rack-1)' }));
    const link = card.getByRole('link', { name: 'on shop-db (rack-1)' });
    expect(link).toHaveAttribute('href', '/operator/nodes/0190-node');
    const disk = await findByRole('listitem', { name: 'Disk, rack-1' });
    expect(disk).toHaveTextContent('A disk will be full within 1 day');
    expect(disk).toHaveTextContent('now full in 5 hr');
    await user.click(await findByRole('button', { name: /^Silence Disk/ }));
    const dialog = within(await findByRole('dialog'));
    await user.selectOptions(
      dialog.getByLabelText('Which alerts'),
      'Of any rule on this node and its containers',
    );
    await user.click(dialog.getByRole('button', { name: 'Silence' }));
    await vi.waitFor(() => expect(silences).toHaveLength(1));
    expect(silences[0]?.silence).toMatchObject({ serverId: '', nodeId: '0190-node', ruleId: '' });
  });

  it('tells what has happened, and what is over', async () => {
    const { findByRole, findByText, user } = await showAlerts([anAlert()]);
    await user.click(await findByRole('button', { name: /^What has happened/ }));
    await findByText('Fired');
    await user.click(await findByRole('button', { name: 'Close' }));
    await user.click(await findByRole('tab', { name: 'History' }));
    expect(await findByRole('row', { name: /Disk full/ })).toHaveTextContent('1 hr');
  });
});

it('what nobody looks after comes first, then the worst', () => {
  const all = [
    anAlert({ id: 'looked-after', severity: AlertSeverity.CRITICAL, acknowledgeTime: timestampFromMs(1) }),
    anAlert({ id: 'warning' }),
    anAlert({ id: 'critical', severity: AlertSeverity.CRITICAL, serverName: 'db-1' }),
  ];
  const ids = (filters: Partial<Parameters<typeof listAlerts>[1]>) =>
    listAlerts(all, { query: '', severity: undefined, care: undefined, ...filters }).map(({ id }) => id);
  expect(ids({})).toEqual(['critical', 'warning', 'looked-after']);
  expect(ids({ query: ' DB' })).toEqual(['critical']);
  expect(ids({ care: 'acknowledged' })).toEqual(['looked-after']);
  expect(ids({ severity: AlertSeverity.WARNING })).toEqual(['warning']);
});
