/** All accounts, for the staff. */
import { useInfiniteQuery } from '@connectrpc/connect-query';
import { type User, Users } from '@hostler/client';
import { Anchor, Badge, Group } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { BY_PAGE_TOKEN } from '@/api/pages';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { PageHeader } from '@/components/PageHeader';
import { RecordList } from '@/components/RecordList';
import type { Column } from '@/components/RecordTable';
import { SearchField } from '@/components/SearchField';
import { Time } from '@/components/Time';
import { USER_ROLES, USER_STATES, userRoleName, userState } from '@/staff/userState';
import { UserStateBadge } from '@/staff/UserStateBadge';
import { useSearchState } from '@/frame/useSearchState';
import { paths } from '@/paths';

export default function UsersPage() {
  const { t } = useTranslation();
  const search = useSearchState();
  const role = USER_ROLES.find((known) => userRoleName(known) === search.get('role'));
  const state = USER_STATES.find((known) => userState(known)[0] === search.get('state'));
  const list = useInfiniteQuery(
    Users.method.listUsers,
    {
      pageToken: '',
      email: search.get('q').trim(),
      ...(role !== undefined && { role }),
      ...(state !== undefined && { state }),
    },
    BY_PAGE_TOKEN,
  );
  return (
    <>
      <PageHeader title={t('users.title')} />
      <Group my="md" gap="sm">
        <SearchField
          label={t('users.search')}
          value={search.get('q')}
          onChange={(query) => search.set('q', query)}
          settleAfter={250}
        />
        <ChoiceFilter
          label={t('users.role')}
          any={t('users.anyRole')}
          value={role && userRoleName(role)}
          choices={USER_ROLES.map((known) => {
            const value = userRoleName(known);
            return { value, label: t(`users.roles.${value}`) };
          })}
          onChange={(value) => search.set('role', value)}
        />
        <ChoiceFilter
          label={t('users.state')}
          any={t('users.anyState')}
          value={state && userState(state)[0]}
          choices={USER_STATES.map((known) => {
            const [value] = userState(known);
            return { value, label: t(`users.states.${value}`) };
          })}
          onChange={(value) => search.set('state', value)}
        />
      </Group>
      <RecordList
        query={list}
        label={t('users.title')}
        columns={useColumns()}
        rows={list.data?.pages.flatMap((page) => page.users) ?? []}
        rowKey={({ id }) => id}
        empty={<EmptyState icon={IconUsers} title={t('users.empty.title')} text={t('users.empty.text')} />}
        onClearFilters={search.some ? search.clear : undefined}
      />
    </>
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation();
  return [
    {
      label: t('users.columns.email'),
      cell: ({ id, email, emailVerified }) => (
        <>
          <Anchor component={Link} to={paths.user(id)} c="inherit" fw={600}>
            {email}
          </Anchor>
          {!emailVerified && (
            <Badge ml={8} size="xs" variant="light" color="apricot" tt="none">
              {t('users.unverified')}
            </Badge>
          )}
        </>
      ),
    },
    { label: t('users.columns.name'), cell: ({ displayName }) => displayName || '–' },
    { label: t('users.role'), cell: ({ role }) => t(`users.roles.${userRoleName(role)}`) },
    { label: t('users.state'), cell: ({ state }) => <UserStateBadge state={state} /> },
    { label: t('users.columns.created'), cell: ({ createTime }) => <Time value={createTime} /> },
  ];
}
