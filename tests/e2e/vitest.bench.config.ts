import { defineConfig } from 'vitest/config';

import usual from './vitest.config.ts';

export default defineConfig({
  test: {
    ...usual.test,
    include: ['bench/*.bench.ts'],
    // One at a time: they measure.
    maxWorkers: 1,
  },
});
