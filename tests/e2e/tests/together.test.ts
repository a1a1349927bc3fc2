/** Several browsers at the same servers: what one does the others see, without a reload. */
import { apiFor, makeAccount } from '../support/accounts';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

test('two browsers of one customer see each other’s changes', async ({ customer, server, visit }) => {
  const { account } = customer;
  await makeServer(await apiFor(server, account), { name: 'shared-1' });
  const here = customer.visit.page;
  const other = await visit();
  await other.signIn(account);
  const there = other.page;

  const row = there.getByRole('row').filter({ hasText: 'shared-1' });
  await row.getByText('Running').waitFor();
  await here.getByRole('link', { name: 'shared-1' }).click();
  await here.getByRole('tab', { name: 'Manage' }).click();
  await here.getByRole('button', { name: 'Shut down' }).click();
  await row.getByText('Stopped').waitFor();

  await there.getByRole('link', { name: 'shared-1' }).click();
  await there.getByRole('tab', { name: 'Snapshots' }).click();
  await here.getByRole('tab', { name: 'Snapshots' }).click();
  await here.getByText('No snapshots yet').waitFor();
  await there.getByLabel('Name', { exact: true }).fill('from-there');
  await there.getByRole('button', { name: 'Take a snapshot' }).click();
  await here.getByRole('listitem').filter({ hasText: 'from-there' }).getByText('Ready').waitFor();

  await there.getByRole('tab', { name: 'Manage' }).click();
  await there.getByLabel('New name').fill('renamed-1');
  await there.getByRole('button', { name: 'Rename' }).click();
  await here.getByRole('heading', { level: 1, name: 'renamed-1' }).waitFor();
});

test('an operator and a customer see each other’s changes', async ({ customer, server, visit }) => {
  const made = await makeServer(await apiFor(server, customer.account), { name: 'watched-1' });
  const operator = await makeAccount(server, 'operator');
  const office = await visit();
  await office.signIn(operator);
  const theirs = customer.visit.page;
  const ours = office.page;

  await ours.getByLabel('Search by name or address').fill('watched-1');
  await ours.getByRole('row').filter({ hasText: customer.account.email }).getByText('Running').waitFor();
  await ours.getByRole('link', { name: 'watched-1' }).click();
  await theirs.getByRole('link', { name: 'watched-1' }).click();

  await ours.getByRole('tab', { name: 'Manage' }).click();
  await ours.getByRole('button', { name: 'Shut down' }).click();
  await theirs.getByRole('main').getByRole('status').getByText('Stopped').waitFor();

  await ours.goto(`/operator/operations?server=${made.id}`);
  await ours.getByText('Stopping the server').first().waitFor();
  await theirs.getByRole('tab', { name: 'Manage' }).click();
  await theirs.getByRole('button', { name: 'Start', exact: true }).click();
  await theirs.getByRole('main').getByRole('status').getByText('Running').waitFor();
  await ours.goto(`/servers/${made.id}`);
  await ours.getByRole('main').getByRole('status').getByText('Running').waitFor();
});
