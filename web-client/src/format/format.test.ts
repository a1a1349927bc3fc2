import { afterEach, expect, it } from 'vitest';

import { clock, dateTime, percent, rate, size } from './format';

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

const HERE = process.env.TZ;
afterEach(() => {
  if (HERE === undefined) delete process.env.TZ;
  else process.env.TZ = HERE;
});

it.each([
  ['en', 'Nov 1, 2026, 1:30 AM EST', '01:30 AM EST', '1:30:00 AM EST'],
  ['ja', '2026年11月1日 1:30 GMT-5', '01:30 GMT-5', '1:30:00 GMT-5'],
  ['ru', '1 нояб. 2026 г., 01:30 GMT-5', '01:30 GMT-5', '01:30:00 GMT-5'],
])('says in %s which of two equal times of the clock it was', (language, moment, minute, second) => {
  process.env.TZ = 'America/New_York';
  const again = new Date(Date.UTC(2026, 10, 1, 6, 30));
  const plain = (text: string) => text.replaceAll('\u202f', ' ');
  expect(plain(dateTime(again, language))).toBe(moment);
  expect(plain(clock(again, 'minute', language))).toBe(minute);
  expect(plain(clock(again, 'second', language))).toBe(second);
});
