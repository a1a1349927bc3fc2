/** Stands where a page is about to be. */
import { Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t('common.loading')} py="xs">
      <Skeleton h={32} w="min(240px, 60%)" />
      <Skeleton h={18} w="min(360px, 80%)" mb="md" />
      <Skeleton h={56} />
      <Skeleton h={56} />
      <Skeleton h={56} />
    </Stack>
  );
}
