/** Before all tests: one browser and one server for those that need none of their own. After them both are ended, come what may. */
import { rmSync } from 'node:fs';

import type { TestProject } from 'vitest/node';

import { launch } from './browser';
import { Hostlerd, type ServerAddress } from './hostlerd';
import { artefact } from './places';

declare module 'vitest' {
  interface ProvidedContext {
    /** How the workers reach the one browser. */
    browser: string;
    server: ServerAddress;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const old of ['failures', 'logs', 'screenshots']) {
    rmSync(artefact(old), { recursive: true, force: true });
  }
  const browser = await launch();
  const server = await Hostlerd.start({ name: 'shared' });
  const { url, log, state, environment } = server;
  provide('browser', browser.wsEndpoint());
  provide('server', { url, log, state, environment });
  return async () => {
    await Promise.all([browser.close(), server.end()]);
  };
}
