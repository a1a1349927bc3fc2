/** One account: who it is, what it may do, and its servers. */
import { useQuery } from '@connectrpc/connect-query';
import { type User, Users } from '@hostler/client';
import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { useMe, useOperates } from '@/api/me';
import { ErrorState } from '@/components/ErrorState';
import { Facts } from '@/components/Facts';
import { PageHeader } from '@/components/PageHeader';
import { Panel } from '@/components/Panel';
import { Time } from '@/components/Time';
import { userRoleName } from '@/staff/userState';
import { UserStateBadge } from '@/staff/UserStateBadge';
import { useEdited } from '@/forms/useEdited';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { SuspendButton } from './SuspendButton';
import { UserForm } from './UserForm';
import { UserServers } from './UserServers';

export default function UserPage() {
  const { userId = '' } = useParams();
  const query = useQuery(Users.method.getUser, { userId });
  if (query.isPending) return <PageSkeleton />;
  const user = query.data?.user;
  if (!user) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Account
      key={user.id}
      user={user}
      refetch={async () => (await query.refetch({ throwOnError: true })).data?.user}
    />
  );
}

interface Props {
  readonly user: User;
  readonly refetch: () => Promise<User | undefined>;
}

function Account({ user, refetch }: Props) {
  const { t } = useTranslation();
  const { base, setBase, reload } = useEdited(user, refetch);
  const me = useMe();
  const operates = useOperates();
  const own = me?.id === user.id;
  return (
    <>
      <PageHeader
        title={user.email}
        description={user.displayName || undefined}
        actions={operates && !own && <SuspendButton user={user} onChanged={setBase} />}
      />
      <Stack mt="md">
        <Panel
          title={t('users.account')}
          actions={
            <>
              <Button component={Link} to={paths.operations({ owner: user.id })} variant="default" size="xs">
                {t('users.operations')}
              </Button>
              {operates && (
                <Button component={Link} to={paths.audit({ user: user.id })} variant="default" size="xs">
                  {t('users.audit')}
                </Button>
              )}
            </>
          }
        >
          <Facts
            facts={[
              { label: t('users.state'), value: <UserStateBadge state={user.state} /> },
              { label: t('users.role'), value: t(`users.roles.${userRoleName(user.role)}`) },
              {
                label: t('users.verification'),
                value: t(user.emailVerified ? 'users.verified' : 'users.unverified'),
              },
              { label: t('users.language'), value: user.locale },
              { label: t('operator.createTime'), value: <Time value={user.createTime} exact /> },
              { label: t('operator.id'), value: user.id },
            ]}
          />
        </Panel>
        {operates && <UserForm key={base.etag} user={base} own={own} onSaved={setBase} onReload={reload} />}
        <UserServers userId={user.id} />
      </Stack>
    </>
  );
}
