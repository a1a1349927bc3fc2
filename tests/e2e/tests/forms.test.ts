/** What the server finds wrong stands beside the field it is about, in the person's words. */
import { describe, expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { expectErrors, fill } from '../support/fields';
import { mailedLink } from '../support/mails';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

const COMMON = 'This password is too easy to guess.';

describe('forms for everybody', () => {
  test('sign-up', async ({ visit }) => {
    const { page } = await visit();
    await page.goto('/sign-up');
    const submit = page.getByRole('button', { name: 'Create the account' });
    await fill(page, { 'E-mail address': 'nobody', Password: 'short' });
    await submit.click();
    await expectErrors(page, {
      'E-mail address': 'An e-mail address looks like',
      Password: '10 to 128 characters',
    });
    await fill(page, { 'E-mail address': 'Ben@Ex@ample.org', Name: 'Ben\u0007', Password: 'password123456' });
    await submit.click();
    await expectErrors(page, {
      'E-mail address': 'in lower case',
      Name: 'One line without control characters',
    });
    await fill(page, { 'E-mail address': 'ben@example.org', Name: 'Ben', Password: 'passwordpassword' });
    await submit.click();
    await expectErrors(page, { Password: COMMON });
  });

  test('sign-in', async ({ visit }) => {
    const { page } = await visit();
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expectErrors(page, {
      'E-mail address': 'An e-mail address looks like',
      Password: 'This is needed.',
    });
    expect(
      await page.getByLabel('E-mail address').evaluate((field) => field === document.activeElement),
    ).toBe(true);
  });

  test('a new password by a mailed link', async ({ server, visit }) => {
    const account = await makeAccount(server);
    const { page } = await visit();
    await page.goto('/forgot-password');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await expectErrors(page, { 'E-mail address': 'An e-mail address looks like' });
    await fill(page, { 'E-mail address': account.email });
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.goto(await mailedLink(server, account.email, '/reset-password'));
    const submit = page.getByRole('button', { name: 'Set the password' });
    await fill(page, { 'New password': 'passwordpassword', 'Repeat the password': 'something else' });
    await submit.click();
    await expectErrors(page, { 'Repeat the password': 'The two passwords differ.' });
    await fill(page, { 'Repeat the password': 'passwordpassword' });
    await submit.click();
    await expectErrors(page, { 'New password': COMMON });
  });
});

describe('forms of a customer', () => {
  test('the wizard leads back to the step of what is wrong', async ({ customer }) => {
    const { page } = customer.visit;
    await page.goto('/servers/new');
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    await page.getByText('Choose a tariff.').waitFor();
    await page.getByRole('radio', { name: /^small/ }).click();
    await next.click();
    await page.getByRole('radio', { name: /^Debian 13/ }).click();
    await next.click();
    await fill(page, { Name: '', 'SSH keys': 'AAAA nobody@nowhere' });
    await next.click();
    await expectErrors(page, { Name: 'This is needed.', 'SSH keys': 'Line 1 is not a public key' });
    await fill(page, { Name: 'Not-A-Host-Name', 'SSH keys': '' });
    await next.click();
    await page.getByRole('button', { name: 'Create the server' }).click();
    await page.getByRole('heading', { name: 'Name and access' }).waitFor();
    await expectErrors(page, { Name: '1 to 63 lower-case letters' });
  });

  test('name, snapshots and size of a server', async ({ customer, server }) => {
    const made = await makeServer(await apiFor(server, customer.account), {
      name: 'formal-1',
      tariff: 'small',
    });
    const { page } = customer.visit;
    await page.goto(`/servers/${made.id}?tab=manage`);
    await fill(page, { 'New name': 'Formal 1' });
    await page.getByRole('button', { name: 'Rename' }).click();
    await expectErrors(page, { 'New name': '1 to 63 lower-case letters' });

    await page.getByRole('tab', { name: 'Snapshots' }).click();
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await expectErrors(page, { Name: 'This is needed.' });
    await fill(page, { Name: 'current', Description: 'with a bell\u0007' });
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await expectErrors(page, { Name: 'not “current”', Description: 'No control characters' });

    await page.getByRole('tab', { name: 'Resize' }).click();
    await fill(page, { 'Memory (GiB)': '0.1' });
    await page.getByRole('button', { name: 'Review the change' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resize' }).click();
    await expectErrors(page, { 'Memory (GiB)': 'Too small for this operating system.' });
  });

  test('password and tokens', async ({ customer }) => {
    const { page } = customer.visit;
    await page.goto('/account?tab=password');
    const submit = page.getByRole('button', { name: 'Change the password' });
    await submit.click();
    await expectErrors(page, {
      'Present password': 'This is needed.',
      'New password': '10 to 128 characters',
    });
    const password = 'yet another password';
    await fill(page, {
      'Present password': 'wrong',
      'New password': password,
      'Repeat the password': password,
    });
    await submit.click();
    await expectErrors(page, { 'Present password': 'This is not the present password.' });

    await page.getByRole('tab', { name: 'API tokens' }).click();
    await page.getByRole('button', { name: 'Create a token' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Create a token' }).click();
    await expectErrors(form, { Name: 'This is needed.' });
    await form.getByText('Choose at least one.').waitFor();
    await fill(form, { Name: 'with a bell\u0007' });
    await form.getByRole('checkbox', { name: 'See servers' }).check();
    await form.getByRole('button', { name: 'Create a token' }).click();
    await expectErrors(form, { Name: 'One line without control characters.' });
  });
});

describe('forms of an operator', () => {
  test('tariffs, systems, pools and accounts', async ({ server, visit }) => {
    const operator = await makeAccount(server, 'operator');
    const other = await makeAccount(server);
    const somebody = await visit();
    const { page } = somebody;
    await page.goto('/operator/tariffs/new');
    await somebody.signIn(operator);
    await fill(page, { Name: '', 'Memory, in GiB': '0.001', 'Price a month': '-1', Currency: 'E1' });
    await page.getByRole('button', { name: 'Create a tariff' }).click();
    await expectErrors(page, {
      Name: '1 to 64 characters',
      'Memory, in GiB': 'Whole MiB, from 64 MiB',
      'Price a month': 'must not be negative',
      Currency: 'A currency of three capital letters',
    });

    await page.goto('/operator/systems/new');
    await fill(page, { Family: 'Not A Family' });
    await page.getByRole('button', { name: 'Add an operating system' }).click();
    await expectErrors(page, {
      Name: '1 to 64 characters',
      Version: 'characters',
      Family: '1 to 32 lower-case letters',
      Template: '1 to 255 characters',
    });

    await page.goto('/operator/pools/new');
    await fill(page, { Name: '', Network: '10.9.0.1', VLAN: '5000', 'Name servers': 'nobody' });
    await page.getByRole('button', { name: 'Create a pool' }).click();
    await expectErrors(page, {
      Name: '1 to 64 characters',
      Network: 'A network such as',
      VLAN: '1 to 4094',
      'Name servers': 'An IPv4 or IPv6 address.',
    });
    await fill(page, { Name: 'twice', Network: '10.86.0.0/20', VLAN: '0', 'Name servers': '' });
    await page.getByRole('button', { name: 'Create a pool' }).click();
    await page.getByText('These addresses belong to the pool development already.').waitFor();

    await page.goto('/operator/users');
    await page.getByRole('link', { name: other.email }).click();
    await fill(page, { Name: 'with a bell\u0007' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expectErrors(page, { Name: 'One line without control characters.' });
  });

  test('somebody else was quicker: the form says so and offers what is there', async ({ server, visit }) => {
    const operator = await makeAccount(server, 'operator');
    const somebody = await visit();
    const { page } = somebody;
    await page.goto('/operator/tariffs');
    await somebody.signIn(operator);
    await page.getByRole('link', { name: 'medium' }).click();
    await page.getByLabel('Description').waitFor();
    const second = await somebody.newPage();
    await second.goto(page.url());
    await fill(second, { Description: 'Of the second window' });
    await second.getByRole('button', { name: 'Save' }).click();
    await second.getByText('Saved: medium').waitFor();

    await fill(page, { Description: 'Of the first window' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('Somebody has changed this meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Load what is there now' }).click();
    await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('Of the second window');
  });
});
