/** Figures that come by themselves, history, and alerts from the first to the last word. */
import { randomUUID } from 'node:crypto';

import { AlertComparison, AlertMetric, AlertSeverity } from '@hostler/client';
import { describe, expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

/** Everything is done at once, and looked at often. */
const QUICK = { HOSTLER_HYPERVISORS__SIM__PACE: '0', HOSTLER_MONITORING__SWEEP_SECONDS: '5' };

describe('the statistics of a server', () => {
  test('come by themselves, over the range that is chosen, and say when the server is away', async ({
    ownServer,
    visit,
  }) => {
    const server = await ownServer({ name: 'statistics', environment: QUICK });
    const account = await makeAccount(server);
    const made = await makeServer(await apiFor(server, account), { name: 'measured' });
    const somebody = await visit({ server });
    const { page } = somebody;
    await page.goto(`/servers/${made.id}?tab=statistics`);
    await somebody.signIn(account);

    const asOf = page.getByText(/^As of \d/);
    await asOf.waitFor();
    const first = await asOf.textContent();
    await expect
      .poll(() => asOf.textContent(), { message: 'a newer figure comes', timeout: 60_000 })
      .not.toBe(first);
    const memory = page.getByRole('group', { name: 'Memory' });
    await expect.poll(() => memory.getByRole('meter').getAttribute('aria-valuetext')).toMatch(/MiB|GiB/);

    await page.locator('.recharts-surface').first().waitFor();
    await page.getByText('24 h', { exact: true }).click();
    await page.waitForURL('**range=24h*');
    await page.reload();
    await page.getByText('Tables', { exact: true }).click();
    const table = page.getByRole('table', { name: 'Memory' });
    await table.getByRole('row').nth(1).waitFor();

    await page.getByText('Live', { exact: true }).waitFor();
    await server.kill();
    await page.getByRole('region', { name: 'Now' }).getByText('Reconnecting…').waitFor();
    expect(await memory.getByRole('meter').isVisible(), 'what was known stays').toBe(true);
    await server.start();
    await page.getByText('Live', { exact: true }).waitFor();
  });
});

describe('an alert', () => {
  test('appears where one looks, rings the bell, and is acknowledged', async ({ ownServer, visit }) => {
    const server = await ownServer({ name: 'alerts', environment: QUICK });
    const account = await makeAccount(server);
    const api = await apiFor(server, account);
    const made = await makeServer(api, { name: 'busy' });
    const somebody = await visit({ server });
    const { page } = somebody;
    await page.goto('/alerts');
    await somebody.signIn(account);
    await page.getByText('Nothing is wrong').waitFor();

    // Everything uses some memory.
    await api.alertRules.createAlertRule({
      rule: {
        displayName: 'Uses memory',
        severity: AlertSeverity.CRITICAL,
        condition: {
          condition: {
            case: 'metric',
            value: {
              metric: AlertMetric.MEMORY_RATIO,
              comparison: AlertComparison.ABOVE,
              threshold: 0,
            },
          },
        },
      },
      requestId: randomUUID(),
    });
    const alert = page.getByRole('listitem', { name: 'Uses memory, busy' });
    await alert.waitFor();
    await alert.getByRole('button', { name: /^Acknowledge/ }).click();
    await alert.getByText(/Acknowledged/).waitFor();

    await page.goto(`/servers/${made.id}`);
    await page.getByRole('region', { name: 'Alerts of this server' }).getByText('Uses memory').waitFor();
  });

  test('is tried over history while its rule is written', async ({ ownServer, visit }) => {
    const server = await ownServer({ name: 'dry-run', environment: QUICK });
    const account = await makeAccount(server);
    await makeServer(await apiFor(server, account), { name: 'tried' });
    const somebody = await visit({ server });
    const { page } = somebody;
    await page.goto('/rules/new');
    await somebody.signIn(account);
    await page.getByLabel('Name', { exact: true }).fill('Idle');
    await page.getByLabel('Figure').selectOption('Processor');
    await page.getByLabel('Bad is').selectOption('above');
    await page.getByLabel('Threshold', { exact: true }).fill('99');
    await page.getByText('Tell me when: Processor above 99%, for 5 min.').waitFor();
    await page.getByRole('button', { name: 'Try the rule' }).click();
    await page.getByText('It would not have fired.').waitFor();
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByRole('row', { name: /Idle.*Processor above 99%/ }).waitFor();
  });
});
