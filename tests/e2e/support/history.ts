/** A past that no test could wait for. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { ServerAddress } from './hostlerd';

const SCRIPT = fileURLToPath(new URL('history.py', import.meta.url));

/** Gives a server figures of so many days before today; which they are is in the script. */
export async function givePast({ state }: ServerAddress, serverId: string, days: number): Promise<void> {
  await promisify(execFile)('python3', [SCRIPT, `${state}/hostler.db`, serverId, String(days)]);
}

/** The share of the processor that was in use at a time of that past. */
export function pastUse(time: Date): number {
  return time.getUTCMonth() % 2 === 0 ? 0.2 : 0.8;
}
