/** What the page does when it goes away itself, or the server does, in the middle of the work. */
import { describe, expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { orderServer } from '../support/orders';
import { test } from '../support/test';

/** The creation of a server takes about ten seconds: time enough to pull a plug. */
const SLOW = { HOSTLER_HYPERVISORS__SIM__PACE: '2' };
/** A server that was killed still holds its leases; the one that starts again waits until they end. */
const SHORT_LEASES = { HOSTLER_OPERATIONS__LEASE_SECONDS: '5' };

describe('in the middle of an operation', () => {
  test('a reload shows its progress again, and its end is told', async ({ ownServer, visit }) => {
    const server = await ownServer({ name: 'reload', environment: SLOW });
    const account = await makeAccount(server);
    const made = await orderServer(await apiFor(server, account), { name: 'reloaded' });
    const somebody = await visit({ server });
    const { page } = somebody;
    await page.goto(`/servers/${made.id}`);
    await somebody.signIn(account);

    const progress = page.getByRole('region', { name: 'Creating the server' });
    await progress.getByText('Install the operating system').first().waitFor();
    await page.reload();
    await progress.getByRole('progressbar').waitFor();
    await progress.getByRole('button', { name: 'Show the steps' }).click();
    await progress.getByText('Choose a machine').waitFor();

    await page.getByRole('main').getByRole('status').getByText('Running').waitFor();
    await progress.waitFor({ state: 'detached' });
  });

  test('the server is killed and comes back: the page says so, recovers, and the work is done', async ({
    ownServer,
    visit,
  }) => {
    const server = await ownServer({ name: 'killed', environment: { ...SLOW, ...SHORT_LEASES } });
    const account = await makeAccount(server);
    const somebody = await visit({ server });
    const { page } = somebody;
    await page.goto('/servers/new');
    await somebody.signIn(account);
    await page.getByRole('radio', { name: /^nano/ }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('radio', { name: /^Alpine/ }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Name', { exact: true }).fill('survivor');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Create the server' }).click();
    await page.getByRole('button', { name: 'I have kept it, to the server' }).click();
    const progress = page.getByRole('region', { name: 'Creating the server' });
    await progress.getByText('Install the operating system').first().waitFor();

    await server.kill();
    const reconnecting = page.getByText('Reconnecting…');
    await reconnecting.waitFor();
    expect(await progress.isVisible(), 'what was known stays on the page').toBe(true);
    await server.start();

    await reconnecting.waitFor({ state: 'detached' });
    await page.getByText('Done: survivor').waitFor();
    await page.getByRole('main').getByRole('status').getByText('Running').waitFor();
    expect(new URL(page.url()).pathname, 'nobody was signed out').toMatch(/^\/servers\/[0-9a-f-]+$/);
  });
});
