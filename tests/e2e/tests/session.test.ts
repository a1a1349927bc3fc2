/** How long one stays signed in, and what ends it. */
import { describe, expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { mailedLink } from '../support/mails';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

const REFRESH = '**/hostler.v1.Auth/RefreshSession';

describe('an access token', () => {
  test('that has ended is renewed once for the many calls that wait, and nobody notices', async ({
    server,
    visit,
  }) => {
    const operator = await makeAccount(server, 'operator');
    const somebody = await visit();
    const { page } = somebody;
    await page.clock.install();
    await somebody.signIn(operator);
    let refreshes = 0;
    await page.route(REFRESH, (route) => {
      refreshes += 1;
      return route.continue();
    });

    await page.clock.fastForward('16:00');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Everything is there: customers can order.').waitFor();
    await page.getByText('All hypervisors answer.').waitFor();
    expect(refreshes).toBe(1);
  });

  test('that the server refuses is renewed once, and the calls are made again', async ({ server, visit }) => {
    const operator = await makeAccount(server, 'operator');
    const somebody = await visit();
    const { page } = somebody;
    await somebody.signIn(operator);
    let refreshes = 0;
    let refused = 0;
    // The first call waits for another to be under way: a quick refusal would have the others wait for the new token.
    let another = () => {};
    const several = new Promise<void>((resolve) => (another = resolve));
    await page.route('**/hostler.v1.*/*', async (route) => {
      const request = route.request();
      if (request.url().endsWith('/RefreshSession')) {
        refreshes += 1;
        return route.continue();
      }
      if (refreshes > 0) return route.continue();
      refused += 1;
      if (refused > 1) another();
      await several;
      return route.continue({ headers: { ...request.headers(), authorization: 'Bearer of-yesterday' } });
    });

    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Everything is there: customers can order.').waitFor();
    await page.getByText('All hypervisors answer.').waitFor();
    expect(refreshes).toBe(1);
  });

  test('lives in the page alone: no storage and no cookie that a script can read holds a token', async ({
    customer,
  }) => {
    const { page, context } = customer.visit;
    const readable = await page.evaluate(() =>
      [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join(' '),
    );
    expect(readable).not.toMatch(/eyJ|hsr_|token/i);
    const cookies = await context.cookies(`${customer.visit.server.url}/hostler.v1.Auth/RefreshSession`);
    expect(cookies.map(({ httpOnly, sameSite, path }) => ({ httpOnly, sameSite, path }))).toEqual([
      { httpOnly: true, sameSite: 'Strict', path: '/hostler.v1.Auth/' },
    ]);
  });
});

describe('a session', () => {
  test('that is ended from another browser leads to the sign-in, and back to the page after it', async ({
    customer,
    server,
    visit,
  }) => {
    const made = await makeServer(await apiFor(server, customer.account), { name: 'left-open' });
    const here = customer.visit.page;
    await here.goto(`/servers/${made.id}?tab=manage`);
    await here.getByRole('heading', { level: 1, name: 'left-open' }).waitFor();

    const other = await visit();
    await other.signIn(customer.account);
    await other.page.goto('/account?tab=sessions');
    const browsers = other.page.getByRole('listitem').filter({ hasText: 'Chrome' });
    await browsers.filter({ hasNotText: 'This device' }).getByRole('button').click();
    await other.page.getByText('The session has ended').waitFor();

    await here.waitForURL('**/sign-in?next=*');
    await customer.visit.signIn(customer.account);
    await here.getByRole('heading', { level: 1, name: 'left-open' }).waitFor();
    expect(new URL(here.url()).searchParams.get('tab')).toBe('manage');
  });

  test('ends in all tabs of a browser when one signs out', async ({ customer }) => {
    const { page } = customer.visit;
    const second = await customer.visit.newPage();
    await second.goto('/account');
    await second.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in*');
    await second.waitForURL('**/sign-in*');
  });
});

describe('a password', () => {
  test('that is wrong is told as such, and the address stays filled in', async ({ server, visit }) => {
    const account = await makeAccount(server);
    const { page } = await visit();
    await page.goto('/sign-in');
    await page.getByLabel('E-mail address').fill(account.email);
    await page.getByLabel('Password', { exact: true }).fill('not the right one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(account.email);
  });

  test('that is forgotten is set anew by a mailed link, which works once', async ({ server, visit }) => {
    const account = await makeAccount(server);
    const somebody = await visit();
    const { page } = somebody;
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Forgotten password?' }).click();
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await page.getByLabel('E-mail address').fill(account.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText(`If ${account.email} has an account`).waitFor();

    const link = await mailedLink(server, account.email, '/reset-password');
    const password = 'another long password';
    const set = async () => {
      await page.goto(link);
      await page.getByLabel('New password').fill(password);
      await page.getByLabel('Repeat the password').fill(password);
      await page.getByRole('button', { name: 'Set the password' }).click();
    };
    await set();
    await page.getByText('The new password holds').waitFor();
    await page.getByRole('link', { name: 'Back to sign-in' }).click();
    await somebody.signIn({ email: account.email, password });
    await page.goto('/account');
    await set();
    await page.getByText('This link is used up or too old.').waitFor();
  });
});
