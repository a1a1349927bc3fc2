import { useTranslation } from 'react-i18next';

import { changeLanguage } from './i18n';
import { isLanguage, type Language } from './languages';

/** The language on the screen, and how to change it. */
export function useLanguage(): { language: Language; setLanguage: (language: Language) => Promise<void> } {
  const { i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  return { language, setLanguage: (next) => changeLanguage(i18n, next) };
}
