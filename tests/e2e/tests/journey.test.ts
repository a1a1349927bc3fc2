/** The way of a customer, from the first visit to a server that is gone again. */
import { expect } from 'vitest';

import { mailedLink } from '../support/mails';
import { test } from '../support/test';

test('a customer signs up, orders a server, runs it, brings it back from a snapshot and deletes it', async ({
  ownServer,
  visit,
}) => {
  // Slow enough for a page to show the creation while it goes on.
  const server = await ownServer({ name: 'journey', environment: { HOSTLER_HYPERVISORS__SIM__PACE: '1' } });
  const { page } = await visit({ server });
  const email = 'ann@example.org';

  await page.goto('/');
  await page.getByRole('link', { name: 'Create one' }).click();
  await page.getByRole('heading', { name: 'Create an account' }).waitFor();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Name', { exact: true }).fill('Ann');
  await page.getByLabel('Password', { exact: true }).fill('four plain words together');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByText(`We have written to ${email}`).waitFor();

  await page.goto(await mailedLink(server, email, '/verify-email'));
  await page.getByText('The address is confirmed').waitFor();
  expect(new URL(page.url()).hash, 'the token is out of the address').toBe('');
  await page
    .getByRole('link', { name: /sign.?in/i })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('four plain words together');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByText('No servers yet').waitFor();
  await page.getByRole('link', { name: 'Create a server' }).click();
  await page.getByRole('radio', { name: /^small/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: /Debian 13/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Name', { exact: true }).fill('web-1');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('€4.90 a month').waitFor();
  await page.getByRole('button', { name: 'Create the server' }).click();
  await page.getByRole('dialog', { name: 'web-1 is being created' }).waitFor();
  await page.getByRole('button', { name: 'I have kept it, to the server' }).click();

  const state = page.getByRole('main').getByRole('status').filter({ hasText: 'Simulated' });
  const progress = page.getByRole('region', { name: 'Creating the server' });
  await progress.getByRole('progressbar').waitFor();
  await progress.getByRole('status').getByText('Install the operating system').waitFor();
  await page.getByText('Done: web-1').waitFor();
  await state.getByText('Running').waitFor();

  await page.getByRole('tab', { name: 'Manage' }).click();
  await page.getByRole('button', { name: 'Shut down' }).click();
  await state.getByText('Stopped').waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await state.getByText('Running').waitFor();

  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await page.getByLabel('Name', { exact: true }).fill('before-upgrade');
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  const snapshot = page.getByRole('listitem').filter({ hasText: 'before-upgrade' });
  await snapshot.getByText('Ready').waitFor();
  await page.getByRole('button', { name: 'Restore before-upgrade' }).click();
  const restore = page.getByRole('dialog').getByRole('button', { name: 'Restore' });
  await page.getByLabel('Type before-upgrade to confirm').fill('before');
  expect(await restore.isDisabled(), 'half a name restores nothing').toBe(true);
  await page.getByLabel('Type before-upgrade to confirm').fill('before-upgrade');
  await restore.click();
  await state.getByText('Being restored').waitFor();
  await state.getByText('Running').waitFor();

  await page.getByRole('tab', { name: 'Manage' }).click();
  await page.getByRole('button', { name: 'Delete the server' }).click();
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete the server' });
  expect(await remove.isDisabled(), 'without its name nothing is deleted').toBe(true);
  await page.getByLabel('Type web-1 to confirm').fill('web-1');
  await remove.click();
  await page.getByText('web-1 is deleted').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'To the servers' }).click();
  await page.getByText('No servers yet').waitFor();
});
