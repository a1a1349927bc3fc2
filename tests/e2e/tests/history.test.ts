/** Months of history, as hostlerd keeps them, on the screen. */
import { expect } from 'vitest';

import { apiFor, makeAccount } from '../support/accounts';
import { givePast, pastUse } from '../support/history';
import { makeServer } from '../support/orders';
import { test } from '../support/test';

const DAY = 24 * 3_600_000;
/** Of a year the server tells two days at a time. */
const WIDTH = 2 * DAY;
const DAYS = 270;
/** The days ago between which nothing was measured. */
const [AWAY_FROM, AWAY_TO] = [100, 90];

test('a year shows the months that there are, by their names', async ({ ownServer, visit }) => {
  const server = await ownServer({
    name: 'history',
    environment: { HOSTLER_HYPERVISORS__SIM__PACE: '0', HOSTLER_MONITORING__SWEEP_SECONDS: '5' },
  });
  const account = await makeAccount(server);
  const made = await makeServer(await apiFor(server, account), { name: 'old' });
  await givePast(server, made.id, DAYS);
  const somebody = await visit({ server });
  const { page } = somebody;
  await page.goto(`/servers/${made.id}?tab=statistics&range=1y`);
  await somebody.signIn(account);

  const chart = page.getByRole('figure', { name: 'Processor' });
  const line = chart.locator('path.recharts-line-curve');
  await line.waitFor();
  const months = await chart.locator('.recharts-xAxis-tick-labels text').allTextContents();
  // A month that has only just begun has its mark at the edge, where there may be no room for its name.
  const [begun, due] = [Date.now(), Date.now() - 15 * DAY].map((time) => monthsUntil(time));
  expect([begun, due]).toContainEqual(months);
  const drawn = (await line.getAttribute('d')) ?? '';
  expect(drawn.match(/M/g), 'the line is broken where nothing was measured').toHaveLength(2);
  expect(drawn.match(/[ML]/g)?.length).toBeGreaterThan(((DAYS - 10) * DAY) / WIDTH - 4);

  await page.getByText('Tables', { exact: true }).click();
  const table = page.getByRole('table', { name: 'Processor' });
  const rows = table.getByRole('row').filter({ has: page.locator('time') });
  await rows.first().waitFor();
  const shown = await rows.evaluateAll((all) =>
    all.map((row) => ({
      time: row.querySelector('time')?.dateTime ?? '',
      figures: [...row.querySelectorAll('td')].slice(1).map((cell) => cell.textContent),
    })),
  );
  const told = new Map(shown.map(({ time, figures }) => [Date.parse(time), figures]));
  const today = Math.floor(Date.now() / DAY) * DAY;
  let compared = 0;
  for (let ago = DAYS - 1; ago > 2; ago -= 1) {
    const start = today - ago * DAY;
    if (start % WIDTH !== 0) continue;
    const away = ago <= AWAY_FROM && ago - 1 > AWAY_TO;
    const [use, end] = [pastUse(new Date(start)), pastUse(new Date(start + WIDTH - 1))];
    // What lies in two months, or is half measured, is in between.
    if (use !== end || ago === AWAY_FROM + 1 || ago === AWAY_TO + 1) continue;
    const expected = use === 0.2 ? ['20%', '30%'] : ['80%', '90%'];
    expect(told.get(start), new Date(start).toISOString()).toEqual(away ? undefined : expected);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(110);
});

/** Every second month within the last 365 days, from the one on in which they begin, that has begun by a time. */
function monthsUntil(time: number): string[] {
  const start = Date.now() - 365 * DAY;
  const first = new Date(start);
  const name = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', timeZone: 'UTC' });
  return Array.from({ length: 8 }, (_, index) =>
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 2 * index),
  )
    .filter((month) => month >= start && month <= time)
    .map((month) => name.format(month));
}
