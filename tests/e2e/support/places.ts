/** Where the suite finds what it runs, and leaves what it made. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** Where cargo puts programs. */
const BUILT = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('target', ROOT));

/** The server under test, with the web client inside. */
export const HOSTLERD = `${BUILT}/${process.env.HOSTLER_PROFILE ?? 'debug'}/hostlerd`;

/** The daemon of machines that are watched; of the same build. */
export const AGENT = `${BUILT}/${process.env.HOSTLER_PROFILE ?? 'debug'}/hostler-agent`;

const ARTEFACTS = `${process.env.HOSTLER_E2E_RESULTS ?? fileURLToPath(new URL('target/e2e', ROOT))}/`;

/** A file of the run's results, its folder made. Nothing of this is committed. */
export function artefact(...path: readonly string[]): string {
  const file = ARTEFACTS + path.join('/');
  mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
  return file;
}

export function fileName(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80);
}
