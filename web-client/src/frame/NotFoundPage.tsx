import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { paths } from '@/paths';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <title>{`${t('frame.notFound.title')} · Hostler`}</title>
      <EmptyState
        icon={IconCompass}
        wholePage
        title={t('frame.notFound.title')}
        text={t('frame.notFound.text')}
        action={
          <Button component={Link} to={paths.servers()} variant="light">
            {t('frame.notFound.action')}
          </Button>
        }
      />
    </>
  );
}
