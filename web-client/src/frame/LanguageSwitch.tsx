import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '@/i18n/languages';
import { useLanguage } from '@/i18n/useLanguage';

const OPTIONS = LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));

export function LanguageSwitch() {
  const { t } = useTranslation();
  const { language, setLanguage } = useLanguage();
  return (
    <NativeSelect
      aria-label={t('frame.language')}
      size="xs"
      data={OPTIONS}
      value={language}
      onChange={(event) => {
        const { value } = event.currentTarget;
        if (isLanguage(value)) void setLanguage(value);
      }}
    />
  );
}
