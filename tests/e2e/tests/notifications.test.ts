/** What is told: channels that are made, agreed to, tried and remember it, and the inbox behind the bell. */
import { apiFor } from '../support/accounts';
import { mailedCode } from '../support/mails';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

test('a channel to somebody else’s address waits for their code, and then remembers what was sent', async ({
  customer,
  server,
}) => {
  const { page } = customer.visit;
  const address = `on-call-of-${customer.account.email}`;
  await page.goto('/channels/new');
  await page.getByLabel('Name', { exact: true }).fill('On call');
  await page.getByLabel('E-mail addresses').fill(address);
  await page.getByRole('button', { name: 'Make the channel' }).click();
  await page.getByRole('heading', { name: 'Addresses to confirm' }).waitFor();

  await page.getByLabel(`Code from the mail to ${address}`).fill('AAAA-AAAA');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('The code from the mail, of yesterday or today.').waitFor();
  await page.getByLabel(`Code from the mail to ${address}`).fill(await mailedCode(server, address));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText(`Messages go to ${address} from now on.`).waitFor();
  await page.getByRole('heading', { name: 'Addresses to confirm' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('It arrived.').waitFor();
  await page.getByRole('row', { name: /test.*Arrived/i }).waitFor();
});

test('news rings the bell, and is read where it is shown', async ({ server, customer }) => {
  const { page } = customer.visit;
  await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
  await makeServer(await apiFor(server, customer.account), { name: 'told-of' });
  await page.getByRole('button', { name: /Notifications, 1 unread/ }).click();
  const newest = page.getByRole('dialog');
  await newest.getByText('Your server told-of is ready').waitFor();
  await newest.getByRole('button', { name: 'Mark all as read' }).click();
  await page.getByRole('button', { name: 'Mark all as read' }).waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
});
