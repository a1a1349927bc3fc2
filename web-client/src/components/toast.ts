/** Short news in the corner. Forms show their own errors and raise none. */
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { errorText } from '@/api/errors';

export interface Toasts {
  success: (title: string, message?: string) => void;
  failure: (error: unknown, title?: string) => void;
  warning: (title: string, message?: string) => void;
}

export function useToasts(): Toasts {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      success: (title, message = '') => void notifications.show({ title, message, color: 'petrol' }),
      failure: (error, title = t('errors.title')) =>
        void notifications.show({ title, message: errorText(error, t), color: 'red', autoClose: 10_000 }),
      warning: (title, message = '') =>
        void notifications.show({ title, message, color: 'red', autoClose: 15_000 }),
    }),
    [t],
  );
}
