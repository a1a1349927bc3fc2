import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { REASONS } from './reasons.js';

const ROOT = new URL('../../../', import.meta.url);
const CODES =
  'CANCELLED|UNKNOWN|INVALID_ARGUMENT|DEADLINE_EXCEEDED|NOT_FOUND|ALREADY_EXISTS|PERMISSION_DENIED|RESOURCE_EXHAUSTED|' +
  'FAILED_PRECONDITION|ABORTED|OUT_OF_RANGE|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS|UNAUTHENTICATED';

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The protocol names the reasons beside their codes, in comments that may be wrapped: "ABORTED ETAG_MISMATCH". */
function documented(): string[] {
  const folder = 'proto/proto/hostler/v1/';
  return readdirSync(new URL(folder, ROOT)).flatMap((file) => {
    const text = read(folder + file).replace(/\n\s*\/\/\s*/g, ' ');
    return [...text.matchAll(new RegExp(`\\b(?:${CODES})\\s+([A-Z]+(?:_[A-Z]+)*)\\b`, 'g'))].map(
      ([, reason = '']) => reason,
    );
  });
}

/** The reviewed list of the server's refusals: "Aborted ETAG_MISMATCH: …". */
function refused(): string[] {
  const golden = read('server/src/services/golden/errors.snap');
  return [...golden.matchAll(/^[A-Za-z]+ ([A-Z]+(?:_[A-Z]+)*):/gm)].map(([, reason = '']) => reason);
}

describe('REASONS', () => {
  it.each([
    ['the protocol', documented()],
    ['the list of the server’s refusals', refused()],
  ])('has every reason of %s', (_, reasons) => {
    expect(reasons.length).toBeGreaterThan(20);
    const known: ReadonlySet<string> = new Set(REASONS);
    expect([...new Set(reasons)].filter((reason) => !known.has(reason))).toEqual([]);
  });
});
