/** What is seen when a page throws. A chunk that is gone means that a newer version has been installed meanwhile. */
import { Button } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

import { EmptyState } from '@/components/EmptyState';

export function CrashPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  useEffect(() => {
    console.error(error);
  }, [error]);
  return (
    <EmptyState
      icon={IconBug}
      title={t('frame.crash.title')}
      text={isMissingChunk(error) ? t('frame.crash.outdated') : t('frame.crash.text')}
      action={<Button onClick={() => window.location.reload()}>{t('frame.crash.reload')}</Button>}
    />
  );
}

/** Chromium, Firefox and Safari have words of their own for it. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|Importing a module script failed/i.test(error.message)
  );
}
