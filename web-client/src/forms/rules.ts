/** Checks that need no server: they spare a round trip and judge no more strictly than it does. */
import type { TFunction } from 'i18next';

export function required(t: TFunction) {
  return (value: string) => (value.trim() === '' ? t('auth.required') : null);
}

export function email(t: TFunction) {
  return (value: string) => (/^\S+@\S+$/.test(value.trim()) ? null : t('auth.invalidEmail'));
}

export function password(t: TFunction) {
  return (value: string) => {
    const { length } = Array.from(value);
    return length >= 10 && length <= 128 ? null : t('auth.passwordLength');
  };
}
