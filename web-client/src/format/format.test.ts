import { expect, it } from 'vitest';

import { size } from './format';

it.each([
  ['en', '512\u00a0MiB'],
  ['ja', '512\u00a0MiB'],
  ['ru', '512\u00a0МиБ'],
])('writes sizes in the units of %s', (language, text) => {
  expect(size(512n * 1024n ** 2n, language)).toBe(text);
});
