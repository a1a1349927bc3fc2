import { mergeConfig } from 'vitest/config';

import usual from './vitest.config.ts';

// One at a time: they measure.
const measuring = mergeConfig(usual, { test: { maxWorkers: 1 } });
measuring.test.include = ['bench/*.bench.ts'];

export default measuring;
