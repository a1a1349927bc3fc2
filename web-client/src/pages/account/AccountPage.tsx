/** The person's own account. */
import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { AddressTabs } from '@/components/AddressTabs';
import { PageHeader } from '@/components/PageHeader';
import { PageSkeleton } from '@/frame/PageSkeleton';

import { PasswordForm } from './PasswordForm';
import { PreferenceForm } from './PreferenceForm';
import { ProfileForm } from './ProfileForm';
import { SessionList } from './SessionList';
import { TokenList } from './TokenList';

export default function AccountPage() {
  const { t } = useTranslation();
  const me = useMe();
  if (!me) return <PageSkeleton />;
  return (
    <Stack gap="lg">
      <PageHeader title={t('account.title')} description={me.email} />
      <AddressTabs
        label={t('account.tabs.label')}
        tabs={[
          { value: 'profile', label: t('account.tabs.profile'), content: <ProfileForm me={me} /> },
          { value: 'password', label: t('account.tabs.password'), content: <PasswordForm me={me} /> },
          { value: 'notifications', label: t('inbox.preferences.tab'), content: <PreferenceForm /> },
          { value: 'sessions', label: t('account.tabs.sessions'), content: <SessionList /> },
          { value: 'tokens', label: t('account.tabs.tokens'), content: <TokenList me={me} /> },
        ]}
      />
    </Stack>
  );
}
