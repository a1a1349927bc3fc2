/** A machine joins by the dialog's token, is seen live and cut off, and shows its containers: with a real agent and a real Docker. */
import { describe, expect } from 'vitest';

import { makeAccount } from '../support/accounts';
import { Agent } from '../support/agent';
import { DOCKER, docker, removeContainer } from '../support/docker';
import { test } from '../support/test';

/** So that nothing has to be waited for. */
const QUICK = { HOSTLER_AGENTS__SAMPLE_SECONDS: '1', HOSTLER_AGENTS__HEARTBEAT_SECONDS: '1' };

describe('a machine with an agent', () => {
  test('joins, is seen live, and is cut off', async ({ ownServer, visit }) => {
    const server = await ownServer({ name: 'nodes', environment: QUICK });
    const account = await makeAccount(server, 'operator');
    const agent = new Agent();
    try {
      const somebody = await visit({ server });
      const { page } = somebody;
      await page.goto('/operator/nodes');
      await somebody.signIn(account);
      await page.getByRole('button', { name: 'Enrol a machine' }).click();
      const dialog = page.getByRole('dialog', { name: 'Enrol a machine' });
      await dialog.getByLabel('Name', { exact: true }).fill('db-1');
      await dialog.getByLabel('Labels').fill('site=berlin');
      await dialog.getByRole('button', { name: 'Make a token' }).click();
      const token = await dialog.getByText(/^hse_/).innerText();
      await dialog.getByText('Waiting for the machine…').waitFor();

      await agent.enrol(server, token);
      await dialog.getByText('db-1 has joined.').waitFor();
      await dialog.getByRole('link', { name: 'Open it' }).click();
      await page.getByText('Its agent has not come yet.', { exact: false }).waitFor();

      await agent.run();
      const header = page.locator('header').getByText('Online', { exact: true });
      await header.waitFor();
      const memory = page.getByRole('group', { name: 'Memory' }).getByRole('meter');
      await memory.waitFor();
      await page
        .getByRole('row', { name: /ext4|overlay|xfs|btrfs|tmpfs|zfs/ })
        .first()
        .waitFor();
      expect(await page.getByText('nothing: it only tells what it sees').isVisible()).toBe(true);

      await page.goto('/operator/nodes?view=table&q=site%3Dberlin');
      const table = page.getByRole('table', { name: 'Nodes' });
      const row = table.getByRole('row', { name: /^db-1/ });
      await row.getByText(/%$/).first().waitFor();
      await row.getByRole('link', { name: 'db-1' }).click();

      await page.getByRole('button', { name: 'Cut off' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cut off' }).click();
      await page.locator('header').getByText('Cut off', { exact: true }).first().waitFor();
      await page.getByRole('tab', { name: 'Events' }).click();
      await page.getByRole('row', { name: /Was cut off/ }).waitFor();
      await page.getByRole('row', { name: /Came online/ }).waitFor();
    } finally {
      await agent.end();
    }
  });

  test.skipIf(DOCKER === '')(
    'shows its containers as they start and end, and does with them what it grants',
    async ({ ownServer, visit }) => {
      const server = await ownServer({ name: 'containers', environment: QUICK });
      const account = await makeAccount(server, 'operator');
      const agent = new Agent();
      const name = `e2e-${process.pid}`;
      try {
        const somebody = await visit({ server });
        const { page } = somebody;
        await page.goto('/operator/nodes');
        await somebody.signIn(account);
        await page.getByRole('button', { name: 'Enrol a machine' }).click();
        const dialog = page.getByRole('dialog', { name: 'Enrol a machine' });
        await dialog.getByRole('button', { name: 'Make a token' }).click();
        await agent.enrol(server, await dialog.getByText(/^hse_/).innerText());
        await agent.run({
          HOSTLER_AGENT__GRANTS:
            '["containers.read", "containers.logs", "containers.control", "containers.remove"]',
          HOSTLER_AGENT__CONTAINERS__SOCKET: DOCKER,
        });
        await dialog.getByRole('link', { name: 'Open it' }).click();
        await page.getByRole('tab', { name: 'Containers' }).click();
        const script = 'echo hello from the box; exec sleep 600';
        docker('run', '--detach', '--name', name, '--memory', '64m', 'box:1', 'sh', '-c', script);
        const row = page.getByRole('table', { name: 'Containers' }).getByRole('row', { name });
        await row.getByText('Running').waitFor();
        await row.getByText('of 64 MiB').waitFor();
        docker('kill', name);
        await row.getByText('code 137').waitFor();

        const act = async (action: string) => {
          await row.getByRole('button', { name: `Actions for ${name}` }).click();
          await page.getByRole('menuitem', { name: action }).click();
        };
        await act('Start');
        await page.getByText(`${name} is started.`).waitFor();
        await row.getByText('Running').waitFor();
        await act('Logs');
        const logs = page.getByRole('dialog', { name: `Logs of ${name}` });
        await logs.getByText('hello from the box').first().waitFor();
        await page.keyboard.press('Escape');
        await logs.waitFor({ state: 'detached' });
        await act('Remove');
        const removal = page.getByRole('dialog', { name: `Remove ${name}?` });
        await removal.getByRole('textbox').fill(name);
        await removal.getByRole('button', { name: 'Remove' }).click();
        await row.waitFor({ state: 'detached' });
        await page.getByRole('tab', { name: 'Commands' }).click();
        const commands = page.getByRole('table', { name: 'Commands' });
        await commands.getByRole('row', { name: /^Remove.*Done/ }).waitFor();
        await commands.getByRole('row', { name: /^Read the logs of.*Taken back/ }).waitFor();
        await commands.getByRole('row', { name: /^Start.*Done/ }).waitFor();
        await page.getByRole('tab', { name: 'Overview' }).click();
        await page.getByText('containers.read').waitFor();
      } finally {
        await agent.end();
        removeContainer(name);
      }
    },
  );
});
