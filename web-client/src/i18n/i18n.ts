/** Starts i18next, and loads texts when they are needed. No language falls back to another, for all are complete. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

import { type Area, AREAS, TEXTS } from './areas';
import { isLanguage, keepLanguage, type Language } from './languages';

export async function startI18n(language: Language): Promise<i18n> {
  const { default: texts } = await TEXTS[language].core();
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: ['core'],
    defaultNS: 'core',
    fallbackNS: AREAS.filter((area) => area !== 'core'),
    resources: { [language]: { core: texts } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    returnNull: false,
    contextSeparator: '|',
  });
  document.documentElement.lang = language;
  return instance;
}

/** Has the texts of the areas at hand in the language on the screen, from now on also after a change of the language. */
export async function needTexts(instance: i18n, areas: readonly Area[]): Promise<void> {
  // Somebody may choose another language while this one is on its way.
  for (let language = ''; language !== instance.language;) {
    language = instance.language;
    if (!isLanguage(language)) return;
    await load(instance, language, areas);
  }
}

export async function changeLanguage(instance: i18n, language: Language): Promise<void> {
  // A page may have come with texts of its own meanwhile.
  for (let missing = missingIn(instance, language); missing.length > 0;) {
    await load(instance, language, missing);
    missing = missingIn(instance, language);
  }
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
  keepLanguage(language);
}

/** Areas that are there in the present language, and not in the one to come. */
function missingIn(instance: i18n, language: Language): readonly Area[] {
  return AREAS.filter(
    (area) =>
      instance.hasResourceBundle(instance.language, area) && !instance.hasResourceBundle(language, area),
  );
}

async function load(instance: i18n, language: Language, areas: readonly Area[]): Promise<void> {
  await Promise.all(
    areas.map(async (area) => {
      if (instance.hasResourceBundle(language, area)) return;
      const { default: texts } = await TEXTS[language][area]();
      instance.addResourceBundle(language, area, texts);
    }),
  );
}
