import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The server that `make web-dev` passes calls on to. */
const server = process.env.WEB_DEV_SERVER ?? 'http://127.0.0.1:8600';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  server: {
    port: 5173,
    proxy: {
      // The server's certificate is its own in development. The Origin stays as it is: server and page are one origin to the browser.
      '^/hostler\\.v1\\.': { target: server, secure: false },
      '/ws/': { target: server, secure: false, ws: true },
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Data URLs would need an exception in the content security policy.
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      output: {
        // One chunk for every set of pages that share a module makes a hundred tiny ones: a request and a compilation each. What every
        // visit needs is one file instead, and what most pages need another; each page keeps what is its own.
        codeSplitting: {
          groups: [
            { name: 'start', tags: ['$initial'], test: (id) => !/\/(main\.tsx|index\.html)$/.test(id) },
            { name: 'public', test: /\/src\/(pages\/auth\/SignInPage|frame\/PublicFrame)/ },
            // All that calls, which a stranger's page does without until somebody types.
            { name: 'api', test: /\/src\/api\/layer\.ts$/ },
            { name: 'common', minShareCount: 25 },
            { name: 'frame', test: /\/src\/frame\/Frame\.tsx$/ },
          ],
        },
      },
    },
    // scripts/check-bundle.mjs judges what matters: all that a first page loads, compressed.
    chunkSizeWarningLimit: 1000,
  },
  test: {
    environment: 'jsdom',
    globals: false,
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    // Nothing here takes a tenth of it; a machine that is busy with other builds does.
    testTimeout: 90_000,
    // jsdom lays nothing out, so that nothing can be focused in Mantine's eyes.
    onConsoleLog: (text) => !text.includes('use-focus-trap'),
    // One file with all icons loads in a moment, the thousands of single ones do not.
    alias: { '@tabler/icons-react': '@tabler/icons-react/dist/cjs/tabler-icons-react.cjs' },
  },
});
