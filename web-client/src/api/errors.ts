/** A failed call in words, for pages that have the API layer at hand. The words themselves are in `problem.ts`. */
import { problemOf } from '@hostler/client';
import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { problemText } from './problem';

/** A sentence or two in the person's language. */
export function errorText(error: unknown, t: TFunction): string {
  return problemText(problemOf(error), t);
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error: unknown) => errorText(error, t), [t]);
}
