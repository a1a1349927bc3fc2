/** Creates a server in four steps: tariff, system, settings, summary. */
import type { User } from '@hostler/client';
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { PageSkeleton } from '@/frame/PageSkeleton';

import { useOffer } from './useOffer';
import { Wizard } from './Wizard';

export default function NewServerPage() {
  const me = useMe();
  return me ? <Page me={me} /> : <PageSkeleton />;
}

function Page({ me }: { readonly me: User }) {
  const { t } = useTranslation();
  const { offer, error, retry } = useOffer();
  if (!offer) return error === undefined ? <PageSkeleton /> : <ErrorState error={error} onRetry={retry} />;
  return (
    <Stack gap="lg">
      <PageHeader title={t('newServer.title')} />
      <Wizard userId={me.id} offer={offer} />
    </Stack>
  );
}
