/** A real `hostler-agent` on this machine, with a state directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

import type { ServerAddress } from './hostlerd';
import { AGENT, artefact } from './places';

export class Agent {
  readonly #state = mkdtempSync(`${tmpdir()}/hostler-agent-e2e-`);
  readonly #log = artefact('logs', 'agent.log');
  #child: ChildProcess | undefined;

  /** Joins as a person would who pastes the token. */
  async enrol({ url }: ServerAddress, token: string): Promise<void> {
    const child = this.#spawn(['enrol', '--server', url, '--token-stdin'], 'pipe');
    child.stdin?.end(`${token}\n`);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the agent cannot join; see ${this.#log}`);
  }

  /** With what its file would say as well, as variables. */
  async run(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const child = this.#spawn(['run'], 'ignore', environment);
    this.#child = child;
    // Should the test end without ending it.
    process.once('exit', () => child.kill('SIGKILL'));
    await once(child, 'spawn');
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#state, { recursive: true, force: true });
  }

  #spawn(
    words: readonly string[],
    stdin: 'pipe' | 'ignore',
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const log = openSync(this.#log, 'a');
    const child = spawn(AGENT, [...words, '--state-dir', this.#state], {
      env: { PATH: process.env.PATH ?? '', ...environment },
      stdio: [stdin, log, log],
    });
    closeSync(log);
    return child;
  }
}
