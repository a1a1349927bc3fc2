/** Everything can be done without a mouse. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { makeServer } from '../support/orders';
import { test } from '../support/test';
import { until } from '../support/until';

/** Goes on with Tab until something of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

/** What has the focus, as it is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent.trim() ?? '';
  });
}

/** Waits for what has the focus to be called that: dialogs take it and give it back a moment after they came or went. */
async function focusIsOn(page: Page, name: string, why: string): Promise<void> {
  await until(`${why}: the focus is on "${name}"`, async () => (await focused(page)) === name);
}

test('somebody signs in, jumps to a server, stops it and closes dialogs, with the keyboard alone', async ({
  server,
  visit,
}) => {
  const account = await makeAccount(server);
  await makeServer(await apiFor(server, account), { name: 'keys-1' });
  const { page } = await visit();
  await page.goto('/');
  await page.getByLabel('E-mail address').waitFor();
  await page.keyboard.type(account.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(account.password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'keys-1' }).waitFor();

  await page.keyboard.press('Tab');
  expect(await focused(page), 'the first stop leads past the frame').toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog');
  await palette.waitFor();
  await page.keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await until(
    'the palette can be typed into',
    async () => (await palette.locator('input:focus').count()) > 0,
  );
  await page.keyboard.type('keys');
  await palette.getByText('keys-1').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'keys-1' }).waitFor();

  await tabTo(page, 'Overview');
  await page.keyboard.press('ArrowRight');
  await focusIsOn(page, 'Statistics', 'arrows lead from tab to tab');
  await page.keyboard.press('ArrowRight');
  await focusIsOn(page, 'Manage', 'arrows lead from tab to tab');
  await tabTo(page, 'Cut off');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Cut keys-1 off now?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await focusIsOn(page, 'Cut off', 'a closed dialog gives the focus back');

  await tabTo(page, 'Delete the server');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await focusIsOn(page, 'Type keys-1 to confirm', 'the name can be typed at once');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await focusIsOn(page, 'Delete the server', 'a closed dialog gives the focus back');

  await page.keyboard.press('Shift+Tab');
  for (let presses = 0; presses < 20 && (await focused(page)) !== 'Shut down'; presses += 1) {
    await page.keyboard.press('Shift+Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('main').getByRole('status').getByText('Stopped').waitFor();
});
