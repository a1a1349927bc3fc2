import { expect, it } from 'vitest';

import { percent, rate, size } from './format';

it.each([
  ['en', '512\u00a0MiB'],
  ['ja', '512\u00a0MiB'],
  ['ru', '512\u00a0МиБ'],
])('writes sizes in the units of %s', (language, text) => {
  expect(size(512n * 1024n ** 2n, language)).toBe(text);
});

it.each([
  ['en', '1.5\u00a0MiB/s', '2.5%', '43%'],
  ['ja', '1.5\u00a0MiB/s', '2.5%', '43%'],
  ['ru', '1,5\u00a0МиБ/с', '2,5\u00a0%', '43\u00a0%'],
])('writes rates and shares as %s does', (language, perSecond, little, more) => {
  expect(rate(1.5 * 1024 ** 2, language)).toBe(perSecond);
  expect(percent(0.025, language)).toBe(little);
  expect(percent(0.428, language)).toBe(more);
});
