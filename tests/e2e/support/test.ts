/** `test` with what every test here needs: the server, and browsers. A test that fails leaves pictures of its pages. */
import { copyFileSync } from 'node:fs';

import { type Browser, chromium } from 'playwright-core';
import { expect, inject, test as base } from 'vitest';

import { type Account, makeAccount } from './accounts';
import { Hostlerd, type HostlerdOptions, type ServerAddress } from './hostlerd';
import { artefact, fileName } from './places';
import { Visit, type VisitOptions } from './visit';

interface Fixtures {
  readonly $worker: { browser: Browser };
  readonly $test: {
    /** The server that tests share. */
    server: ServerAddress;
    /** A server of the test's own, to be stopped and started. */
    ownServer: (options: HostlerdOptions) => Promise<Hostlerd>;
    /** Somebody new at a browser. */
    visit: (options?: Partial<VisitOptions>) => Promise<Visit>;
    /** A new customer, signed in. */
    customer: { readonly account: Account; readonly visit: Visit };
  };
}

export const test = base.extend<Fixtures>({
  browser: [
    async ({}, use) => {
      const browser = await chromium.connect(inject('browser'));
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  server: async ({}, use) => {
    await use(inject('server'));
  },
  ownServer: async ({}, use) => {
    const servers: Hostlerd[] = [];
    await use(async (options) => {
      const server = await Hostlerd.start(options);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.end();
  },
  visit: async ({ browser, server, task }, use) => {
    const visits: Visit[] = [];
    await use(async (options = {}) => {
      const visit = await Visit.begin(browser, { server, ...options });
      visits.push(visit);
      return visit;
    });
    const failed = task.result?.state === 'fail';
    for (const [index, visit] of visits.entries()) {
      if (failed) await keepTraces(visit, `${fileName(task.name)}-${index + 1}`);
      await visit.context.close();
    }
    if (!failed)
      expect(
        visits.flatMap(({ complaints }) => complaints),
        'complaints in the console',
      ).toEqual([]);
  },
  customer: async ({ server, visit }, use) => {
    const account = await makeAccount(server);
    const somebody = await visit();
    await somebody.signIn(account);
    await use({ account, visit: somebody });
  },
});

async function keepTraces(visit: Visit, name: string): Promise<void> {
  for (const [index, page] of visit.context.pages().entries()) {
    await page
      .screenshot({ path: artefact('failures', `${name}-${index + 1}.png`), fullPage: true })
      .catch(() => undefined);
  }
  copyFileSync(visit.server.log, artefact('failures', `${name}.log`));
}
