/** A real `hostlerd` with a state directory of its own, on a free port that it keeps over restarts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';

import { artefact, HOSTLERD } from './places';
import { until } from './until';

/** What every server of the suite is told, beside what a test adds. */
const USUAL: Readonly<Record<string, string>> = {
  // Each page comes from an address of its own, or the limits on sign-ins would count all tests as one person.
  HOSTLER_SERVER__TRUSTED_PROXIES: '["127.0.0.0/8"]',
  HOSTLER_HYPERVISORS__SIM__KIND: 'sim',
  HOSTLER_HYPERVISORS__SIM__PACE: '0.3',
};

export interface HostlerdOptions {
  /** Names its log below target/e2e/. */
  readonly name: string;
  /** Further keys of the configuration, or the same with other values. An empty one takes a key away. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Where a server is and what it has said: all that a test needs of one that somebody else runs. */
export interface ServerAddress {
  readonly url: string;
  readonly log: string;
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
}

export class Hostlerd implements ServerAddress {
  readonly url: string;
  readonly log: string;
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  private constructor(port: number, { name, environment = {} }: HostlerdOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.state = mkdtempSync(`${tmpdir()}/hostler-e2e-`);
    this.log = artefact('logs', `${name}.log`);
    rmSync(this.log, { force: true });
    const asked = Object.entries({ ...USUAL, ...environment }).filter(([, value]) => value !== '');
    this.environment = { PATH: process.env.PATH ?? '', ...Object.fromEntries(asked) };
  }

  static async start(options: HostlerdOptions): Promise<Hostlerd> {
    const made = new Hostlerd(await freePort(), options);
    await made.start();
    return made;
  }

  async start(): Promise<void> {
    const log = openSync(this.log, 'a');
    const { host } = new URL(this.url);
    const child = spawn(HOSTLERD, ['--dev', '--state-dir', this.state, 'run', '--listen', host], {
      env: { ...this.environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    // Should the test end without ending it.
    process.once('exit', () => child.kill('SIGKILL'));
    await once(child, 'spawn');
    await until(`hostlerd serves at ${this.url}`, async () => {
      if (child.exitCode !== null)
        throw new Error(`hostlerd ended at its start:\n${readFileSync(this.log, 'utf8')}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      return answer?.ok === true;
    });
  }

  /** SIGKILL: it has no time to say goodbye. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it, and forgets what it kept. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.state, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
