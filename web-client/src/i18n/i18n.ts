/** Starts i18next. A language is loaded when it is chosen; none falls back to another, for all are complete. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { keepLanguage, type Language } from './languages';

const load: Readonly<Record<Language, () => Promise<{ default: object }>>> = {
  en: () => import('./en'),
  ru: () => import('./ru'),
  ja: () => import('./ja'),
};

export async function startI18n(language: Language): Promise<i18n> {
  const { default: texts } = await load[language]();
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: texts } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    returnNull: false,
    contextSeparator: '|',
  });
  document.documentElement.lang = language;
  return instance;
}

export async function changeLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'translation')) {
    const { default: texts } = await load[language]();
    instance.addResourceBundle(language, 'translation', texts);
  }
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
  keepLanguage(language);
}
