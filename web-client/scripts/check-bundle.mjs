// Fails when what a browser loads first is too large: the entry's JavaScript with all it imports, and the largest language.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const BUDGET = 300 * 1024;
const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

function filesOf(name, seen = new Set()) {
  const chunk = manifest[name];
  if (chunk.file.endsWith('.js')) seen.add(chunk.file);
  for (const next of chunk.imports ?? []) {
    if (!seen.has(manifest[next].file)) filesOf(next, seen);
  }
  return seen;
}

function weigh(files) {
  let gzip = 0;
  let brotli = 0;
  for (const file of files) {
    const content = readFileSync(join(dist, file));
    gzip += gzipSync(content, { level: 9 }).length;
    brotli += brotliCompressSync(content).length;
  }
  return { gzip, brotli };
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const initial = filesOf(entry);
const languages = Object.keys(manifest).filter((name) => /src\/i18n\/(en|ru|ja)\/index\.ts$/.test(name));
if (languages.length !== 3)
  throw new Error('the languages are no longer chunks of their own: mend this check');
const language = languages
  .map((name) => [...filesOf(name)].filter((file) => !initial.has(file)))
  .sort((a, b) => weigh(b).gzip - weigh(a).gzip)[0];

const { gzip, brotli } = weigh([...initial, ...language]);
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`initial JavaScript: ${kib(gzip)} gzip, ${kib(brotli)} brotli; budget ${kib(BUDGET)}`);
if (gzip > BUDGET) {
  console.error('over the budget: load what a first page does not need by a route of its own');
  process.exit(1);
}
