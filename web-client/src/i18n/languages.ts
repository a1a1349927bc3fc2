/** The languages of the product, and which one a person gets first. */
export const LANGUAGES = ['en', 'ru', 'ja'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Each in its own words: who looks for a language may not read the present one. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  ru: 'Русский',
  ja: '日本語',
};

const STORAGE_KEY = 'hostler.language';

export function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The one chosen before, else the first of the browser's that the product speaks, else English. */
export function firstLanguage(
  browser: readonly string[] = navigator.languages,
  storage: Pick<Storage, 'getItem'> = localStorage,
): Language {
  const kept = storage.getItem(STORAGE_KEY);
  if (isLanguage(kept)) return kept;
  for (const tag of browser) {
    const [primary = ''] = tag.toLowerCase().split('-');
    if (isLanguage(primary)) return primary;
  }
  return 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
}
