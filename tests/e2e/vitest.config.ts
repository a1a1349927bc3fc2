import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    globals: false,
    include: ['tests/**/*.test.ts'],
    globalSetup: ['support/setup.ts'],
    pool: 'forks',
    // One browser serves both: more would wait for its processor rather than for the product.
    maxWorkers: 2,
    // The tests share nothing but the modules themselves, which take seconds to load.
    isolate: false,
    // Nothing here takes half of it; a machine that is busy with other builds does.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
