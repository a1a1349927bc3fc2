import { beforeAll, describe, expect, it } from 'vitest';

import { AREAS, TEXTS } from './areas';
import { changeLanguage, needTexts, startI18n } from './i18n';
import { firstLanguage, type Language, LANGUAGES } from './languages';

const texts: Partial<Record<Language, object>> = {};

beforeAll(async () => {
  for (const language of LANGUAGES) {
    const areas = await Promise.all(AREAS.map((area) => TEXTS[language][area]()));
    texts[language] = Object.assign({}, ...areas.map(({ default: area }) => area)) as object;
  }
});
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flatten(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, string | object]) =>
    typeof inner === 'string'
      ? [[prefix + key, inner] as [string, string]]
      : flatten(inner, `${prefix}${key}.`),
  );
}

/** Keys without their plural forms; only those of which all forms are there. */
function bases(language: Language): string[] {
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const keys = flatten(texts[language] ?? {}).map(([key]) => key);
  for (const key of keys) {
    if (!PLURAL.test(key)) continue;
    for (const form of pluralCategories) expect(keys).toContain(key.replace(PLURAL, `_${form}`));
  }
  return [...new Set(keys.map((key) => key.replace(PLURAL, '')))].sort();
}

const placeholders = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort();

describe('the texts', () => {
  it.each(LANGUAGES)('have the same keys in %s, with all plural forms', (language) => {
    expect(bases(language)).toEqual(bases('en'));
  });

  it.each(LANGUAGES)('fill the same placeholders in %s, and are not empty', (language) => {
    const english = new Map(flatten(texts.en ?? {}));
    for (const [key, text] of flatten(texts[language] ?? {})) {
      const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? '';
      expect(text, key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(original));
    }
  });
});

describe('the areas', () => {
  it('come when a page needs them, and in the other language with the rest', async () => {
    const i18n = await startI18n('en');
    expect(i18n.t('audit.title')).toBe('audit.title');
    await needTexts(i18n, ['staff']);
    expect(i18n.t('audit.title')).toBe('Audit log');
    await changeLanguage(i18n, 'ja');
    expect(i18n.t('audit.title')).toBe('監査ログ');
    expect(i18n.t('common.save')).toBe('保存');
    expect(i18n.hasResourceBundle('ja', 'customer')).toBe(false);
  });

  it('are there in the language that was chosen while they were on their way', async () => {
    const i18n = await startI18n('en');
    await Promise.all([needTexts(i18n, ['staff']), changeLanguage(i18n, 'ru')]);
    expect(i18n.t('audit.title')).toBe('Журнал аудита');
  });
});

describe('the first language', () => {
  it('is the one that was chosen before, then the first of the browser that there is', () => {
    const nothingKept = { getItem: () => null };
    expect(firstLanguage(['de-DE', 'ja-JP', 'ru'], nothingKept)).toBe('ja');
    expect(firstLanguage(['de'], nothingKept)).toBe('en');
    expect(firstLanguage(['ja'], { getItem: () => 'ru' })).toBe('ru');
  });
});
