/** Every page of the product. One that is new belongs here. */
import type { Page } from 'playwright-core';

import { DOCKER } from '../support/docker';
import { type Picture, picture, press, type Viewer } from './picture';
import type { Words } from './texts';

const PRIVATE_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';

const PUBLIC: readonly Picture[] = [
  picture('sign-in', '/sign-in'),
  picture('sign-in-refused', '/sign-in', async (page) => {
    await page.locator('input[type=email]').fill('nobody@example.org');
    await page.locator('input[type=password]').fill('a password of nobody');
    await page.locator('button[type=submit]').click();
    await page.getByRole('alert').waitFor();
  }),
  picture('sign-up', '/sign-up'),
  picture('sign-up-refused', '/sign-up', async (page) => {
    await page.locator('button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
  }),
  picture('verify-email-refused', '/verify-email#token=hse_made-up', (page) =>
    page.getByRole('alert').waitFor(),
  ),
  picture('forgot-password', '/forgot-password'),
  picture('forgot-password-sent', '/forgot-password', async (page) => {
    await page.locator('input[type=email]').fill('nobody@example.org');
    await page.locator('button[type=submit]').click();
    await page.getByText('nobody@example.org').waitFor();
  }),
  picture('reset-password', '/reset-password#token=hse_made-up'),
  picture('reset-password-dead', '/reset-password'),
];

/** Goes on to the step with this number. */
function wizard(step: number): NonNullable<Picture['prepare']> {
  return async (page, words) => {
    const next = page.getByRole('button', { name: words('newServer.next') });
    if (step > 1) {
      await page.getByRole('radio', { name: /^medium/ }).click();
      await next.click();
    }
    if (step > 2) {
      await page.getByRole('radio', { name: /^Debian 13/ }).click();
      await next.click();
    }
    if (step > 3) {
      await page.getByLabel(words('newServer.settings.name'), { exact: true }).fill('web-3');
      await next.click();
    }
    await heading(
      page,
      words(`newServer.${['tariff', 'system', 'settings', 'summary'][step - 1] ?? ''}.title`),
    );
  };
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

const dialog =
  (open: NonNullable<Picture['prepare']>): NonNullable<Picture['prepare']> =>
  async (page, words) => {
    await open(page, words);
    await page.getByRole('dialog').waitFor();
  };

/** The form of a rule about nodes, or about containers on them. */
function about(subjects: string, kind: string): NonNullable<Picture['prepare']> {
  return async (page, words) => {
    const field = (label: string) => page.getByLabel(words(label), { exact: true });
    await field('rules.form.about').selectOption(subjects);
    await field('rules.kinds.label').selectOption(kind);
    await field('rules.form.labels').fill('site=berlin');
  };
}

async function palette(page: Page, words: Words): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(words('frame.palette.placeholder')).fill('web');
  await page.getByRole('dialog').getByText('web-1').waitFor();
}

/** The first chart is there. */
async function drawn(page: Page): Promise<void> {
  await page.locator('.recharts-surface').first().waitFor();
}

/** They have come, where there is a Docker. */
async function containers(page: Page): Promise<void> {
  if (DOCKER) await page.getByRole('row', { name: /-shop/ }).first().waitFor();
}

const CUSTOMER: readonly Picture[] = [
  picture('servers', '/servers'),
  picture('servers-nothing-found', '/servers?q=nothing-like-this'),
  picture('new-server-tariff', '/servers/new', wizard(1)),
  picture('new-server-system', '/servers/new', wizard(2)),
  picture('new-server-settings', '/servers/new', wizard(3)),
  picture('new-server-settings-refused', '/servers/new', async (page, words) => {
    await wizard(3)(page, words);
    await page.getByLabel(words('newServer.settings.name'), { exact: true }).fill('');
    await page.getByLabel(words('newServer.settings.keys')).fill(PRIVATE_KEY);
    await page.getByRole('button', { name: words('newServer.next') }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
  }),
  picture('new-server-summary', '/servers/new', wizard(4)),
  picture('server', ({ running }) => `/servers/${running}`),
  picture(
    'server-operation',
    ({ running }) => `/servers/${running}`,
    async (page) => {
      await page.getByRole('main').getByRole('button', { expanded: false }).first().click();
    },
  ),
  picture('server-creating', ({ creating }) => `/servers/${creating}`, press('steps.show')),
  picture('server-failed', ({ failed }) => `/servers/${failed}`),
  picture('server-statistics', ({ running }) => `/servers/${running}?tab=statistics`, drawn),
  picture('server-statistics-year', ({ running }) => `/servers/${running}?tab=statistics&range=1y`, drawn),
  picture(
    'server-statistics-table',
    ({ running }) => `/servers/${running}?tab=statistics&view=table`,
    (page) => page.locator('main table').first().waitFor(),
  ),
  picture('alerts', '/alerts', (page) => page.locator('main li').first().waitFor()),
  picture(
    'alert-silence',
    '/alerts',
    dialog((page, words) => page.locator('main li').getByText(words('alerts.silence')).first().click()),
  ),
  picture(
    'alert-details',
    '/alerts',
    dialog((page, words) => page.locator('main li').getByText(words('alerts.details')).first().click()),
  ),
  picture('alerts-history', '/alerts?tab=history'),
  picture('alerts-silences', '/alerts?tab=silences'),
  picture('alerts-silence-new', '/alerts?tab=silences', dialog(press('alerts.silences.create'))),
  picture('rules', '/rules'),
  picture('rule', ({ rule }) => `/rules/${rule}`),
  picture(
    'rule-tried',
    ({ rule }) => `/rules/${rule}`,
    async (page, words) => {
      await press('rules.dryRun.run')(page, words);
      await page.locator('main .mantine-Accordion-control').first().click();
    },
  ),
  picture('rule-new', '/rules/new'),
  picture('rule-refused', '/rules/new', async (page) => {
    await page.locator('main button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
  }),
  picture('channels', '/channels'),
  picture('channel', ({ mail }) => `/channels/${mail}`),
  picture('channel-webhook', ({ hook }) => `/channels/${hook}`),
  picture('channel-new', '/channels/new'),
  picture('channel-new-webhook', '/channels/new', async (page, words) => {
    await page.getByLabel(words('channels.kind')).selectOption('webhook');
    await page.getByLabel(words('channels.form.url')).waitFor();
  }),
  picture('inbox', '/notifications'),
  picture('account-notifications', '/account?tab=notifications'),
  picture('bell', '/servers', async (page, words) => {
    await page.locator('header button[aria-haspopup=dialog]').first().click();
    await page.getByText(words('frame.inbox.all')).waitFor();
  }),
  picture('server-manage', ({ running }) => `/servers/${running}?tab=manage`),
  picture('server-manage-busy', ({ creating }) => `/servers/${creating}?tab=manage`),
  picture(
    'server-delete',
    ({ running }) => `/servers/${running}?tab=manage`,
    dialog(press('server.manage.delete.action')),
  ),
  picture(
    'server-cut-off',
    ({ running }) => `/servers/${running}?tab=manage`,
    dialog(press('server.manage.forceStop.action')),
  ),
  picture('server-snapshots', ({ running }) => `/servers/${running}?tab=snapshots`),
  picture('server-snapshots-none', ({ creating }) => `/servers/${creating}?tab=snapshots`),
  picture(
    'server-restore',
    ({ running }) => `/servers/${running}?tab=snapshots`,
    dialog(press('snapshots.restoreNamed', { name: 'before-upgrade' })),
  ),
  picture('server-resize', ({ running }) => `/servers/${running}?tab=resize`),
  picture(
    'server-resize-tariff',
    ({ running }) => `/servers/${running}?tab=resize`,
    (page, words) => page.getByText(words('server.resize.byTariff')).click(),
  ),
  picture('server-security', ({ running }) => `/servers/${running}?tab=security`),
  picture(
    'server-security-question',
    ({ running }) => `/servers/${running}?tab=security`,
    dialog(press('server.security.action')),
  ),
  picture('server-unknown', '/servers/0190a000-0000-7000-8000-000000000000'),
  picture('account', '/account'),
  picture('account-password', '/account?tab=password'),
  picture('account-password-refused', '/account?tab=password', async (page, words) => {
    await page.getByRole('button', { name: words('account.password.submit') }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
  }),
  picture('account-sessions', '/account?tab=sessions'),
  picture('account-tokens', '/account?tab=tokens'),
  picture('account-token-new', '/account?tab=tokens', dialog(press('account.tokens.create'))),
  picture('palette', '/servers', palette),
  picture('menu', '/servers', async (page, words) => {
    await page.locator('header button[aria-haspopup=dialog]').last().click();
    await page.getByRole('button', { name: words('frame.signOut') }).waitFor();
  }),
  picture('not-found', '/nowhere'),
];

const NEWCOMER: readonly Picture[] = [
  picture('servers-none', '/servers'),
  picture('account-tokens-none', '/account?tab=tokens'),
  picture('alerts-none', '/alerts'),
  picture('alerts-silences-none', '/alerts?tab=silences'),
];

const OPERATOR: readonly Picture[] = [
  picture('operator-servers', '/servers'),
  picture('operator', '/operator'),
  picture('operator-users', '/operator/users'),
  picture('operator-users-none', '/operator/users?q=nobody-like-this'),
  picture('operator-user', ({ customer }) => `/operator/users/${customer}`),
  picture(
    'operator-user-suspend',
    ({ customer }) => `/operator/users/${customer}`,
    dialog(press('users.suspend')),
  ),
  picture('operator-tariffs', '/operator/tariffs'),
  picture('operator-tariff', ({ tariff }) => `/operator/tariffs/${tariff}`),
  picture(
    'operator-tariff-retire',
    ({ tariff }) => `/operator/tariffs/${tariff}`,
    dialog(press('catalog.retire')),
  ),
  picture('operator-tariff-new', '/operator/tariffs/new'),
  picture('operator-tariff-refused', '/operator/tariffs/new', async (page) => {
    await page.locator('main button[type=submit]').click();
    await page.locator('[aria-invalid=true]').first().waitFor();
  }),
  picture('operator-systems', '/operator/systems'),
  picture('operator-system', ({ system }) => `/operator/systems/${system}`),
  picture('operator-system-new', '/operator/systems/new'),
  picture('operator-pools', '/operator/pools'),
  picture('operator-pool', ({ pool }) => `/operator/pools/${pool}`),
  picture('operator-pool-new', '/operator/pools/new'),
  picture('operator-nodes', '/operator/nodes'),
  picture(
    'operator-node',
    ({ node }) => `/operator/nodes/${node}`,
    (page) => page.getByRole('meter').first().waitFor(),
  ),
  picture('operator-node-statistics', ({ node }) => `/operator/nodes/${node}?tab=statistics`, drawn),
  picture('operator-node-containers', ({ node }) => `/operator/nodes/${node}?tab=containers`, containers),
  picture(
    'operator-node-logs',
    ({ node }) => `/operator/nodes/${node}?tab=containers`,
    dialog(async (page, words) => {
      if (!DOCKER) return press('nodes.pull.action')(page, words);
      await containers(page);
      await page.getByRole('row', { name: /-shop/ }).first().getByRole('button').click();
      await page.getByRole('menuitem', { name: words('nodes.containers.logs.action') }).click();
      await page.getByText('request 3 of the shop').first().waitFor();
    }),
  ),
  picture(
    'operator-node-pull',
    ({ node }) => `/operator/nodes/${node}?tab=containers`,
    dialog(press('nodes.pull.action')),
  ),
  picture('operator-node-commands', ({ node }) => `/operator/nodes/${node}?tab=commands`),
  picture('operator-node-events', ({ node }) => `/operator/nodes/${node}?tab=events`),
  picture('operator-node-enrol', '/operator/nodes', dialog(press('nodes.enrol.action'))),
  picture('operator-hypervisors', '/operator/hypervisors'),
  picture('operator-hypervisor', '/operator/hypervisors/berlin'),
  picture('operator-operations', '/operator/operations'),
  picture('operator-operation', ({ done }) => `/operator/operations/${done}`),
  picture('operator-operation-running', ({ underWay }) => `/operator/operations/${underWay}`),
  picture('operator-operation-failed', ({ broken }) => `/operator/operations/${broken}`),
  picture('operator-alerts', '/alerts'),
  picture('operator-rules', '/rules'),
  picture('operator-rule-new-containers', '/rules/new', about('containers', 'restarts')),
  picture('operator-rule-new-labels', '/rules/new', about('labels', 'forecast')),
  picture('operator-channels', '/channels?of=installation'),
  picture('operator-audit', '/operator/audit'),
  picture('operator-audit-none', '/operator/audit?action=nothing-like-this'),
  picture(
    'operator-audit-event',
    '/operator/audit',
    dialog((page) => page.getByRole('row').nth(1).getByRole('button').first().click()),
  ),
];

export const PICTURES: Readonly<Record<Viewer, readonly Picture[]>> = {
  nobody: PUBLIC,
  customer: CUSTOMER,
  newcomer: NEWCOMER,
  operator: OPERATOR,
};
