// Fails when what a browser loads first is too large: the entry, the frame, the page and the largest language's texts, with all they
// import.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** The pages that people come to first, with what stands around them, and how many KiB of gzip each may be. */
const FIRST_PAGES = {
  // Without the API layer: what strangers see is drawn before it comes.
  'sign-in': { budget: 180, chunks: ['src/frame/PublicFrame.tsx', 'src/pages/auth/SignInPage.tsx'] },
  servers: {
    budget: 300,
    chunks: ['src/api/layer.ts', 'src/frame/Frame.tsx', 'src/pages/servers/ServersPage.tsx'],
  },
};
const LANGUAGES = ['en', 'ru', 'ja'];

const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);

function filesOf(names, seen = new Set()) {
  for (const name of names) {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`${name} is no longer a chunk of its own: mend this check`);
    if (!chunk.file.endsWith('.js') || seen.has(chunk.file)) continue;
    seen.add(chunk.file);
    filesOf(chunk.imports ?? [], seen);
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

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
for (const [page, { budget, chunks }] of Object.entries(FIRST_PAGES)) {
  const { gzip, brotli } = LANGUAGES.map((language) =>
    weigh(filesOf([entry, ...chunks, `src/i18n/${language}/core/index.ts`])),
  ).sort((a, b) => b.gzip - a.gzip)[0];
  console.log(
    `first load of ${page}: ${kib(gzip)} of JavaScript with gzip, ${kib(brotli)} with brotli; budget ${budget} KiB`,
  );
  if (gzip > budget * 1024) {
    console.error('over the budget: load what a first page does not need by a route of its own');
    process.exitCode = 1;
  }
}
