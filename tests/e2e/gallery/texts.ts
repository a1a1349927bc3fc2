/** The product's own words, to find things on its pages in any language. */
export const LANGUAGES = ['en', 'ru', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LOCALES = { en: 'en-GB', ru: 'ru-RU', ja: 'ja-JP' } as const;

/** The modules of the texts, each with one noun's: however they are put together for loading. */
const MODULES = import.meta.glob<Readonly<Record<string, object>>>(
  '../../../web-client/src/i18n/{en,ru,ja}/**/*.ts',
  {
    eager: true,
  },
);

/** By key, such as `servers.title`. */
export const TEXTS: Readonly<Record<Language, ReadonlyMap<string, string>>> = {
  en: textsOf('en'),
  ru: textsOf('ru'),
  ja: textsOf('ja'),
};

function textsOf(language: Language): ReadonlyMap<string, string> {
  const modules = Object.entries(MODULES).filter(([path]) => path.includes(`/i18n/${language}/`));
  const nouns = modules.flatMap(([, exported]) => Object.entries(exported));
  return new Map(
    nouns.filter(([noun]) => noun !== 'default').flatMap(([noun, texts]) => flatten(texts, `${noun}.`)),
  );
}

/** The text of a key, its placeholders filled. */
export type Words = (key: string, values?: Readonly<Record<string, string>>) => string;

export function wordsOf(language: Language): Words {
  return (key, values = {}) => {
    const text = TEXTS[language].get(key);
    if (text === undefined) throw new Error(`the product has no text ${key}`);
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
  };
}

function flatten(texts: object, prefix: string): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]: [string, string | object]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : flatten(value, `${prefix}${key}.`),
  );
}
