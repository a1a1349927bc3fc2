/** Changes an account's name and role. */
import { type User, UserRole, Users } from '@hostler/client';
import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useInvalidate } from '@/api/useInvalidate';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { USER_ROLES, userRoleName } from '@/staff/userState';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { useApiForm } from '@/forms/useApiForm';

interface Props {
  /** As the form starts from it. */
  readonly user: User;
  readonly own: boolean;
  readonly onSaved: (user: User | undefined) => void;
  readonly onReload: () => Promise<void>;
}

export function UserForm({ user, own, onSaved, onReload }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Users);
  const invalidate = useInvalidate();
  const api = useApiForm({
    initialValues: { displayName: user.displayName, role: String(user.role) },
    send: async ({ displayName, role }) => {
      const answer = await client.updateUser({
        user: { id: user.id, displayName, role: roleOf(role) },
        updateMask: { paths: own ? ['display_name'] : ['display_name', 'role'] },
        etag: user.etag,
        requestId: newRequestId(),
      });
      invalidate(Users.method.listUsers, Users.method.getUser);
      toasts.success(t('common.saved', { name: user.email }));
      onSaved(answer.user);
    },
  });
  return (
    <Panel title={t('users.change')}>
      <form onSubmit={api.onSubmit} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t('users.name')}
              key={api.form.key('displayName')}
              {...api.form.getInputProps('displayName')}
            />
            <NativeSelect
              label={t('users.role')}
              description={own ? t('users.own') : undefined}
              disabled={own}
              key={api.form.key('role')}
              {...api.form.getInputProps('role')}
              data={USER_ROLES.map((role) => ({
                value: String(role),
                label: t(`users.roles.${userRoleName(role)}`),
              }))}
            />
          </SimpleGrid>
          <ConflictNotice api={api} onReload={() => void onReload().catch(toasts.failure)} />
          <Group justify="flex-end">
            <Button type="submit" loading={api.submitting}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

function roleOf(text: string): UserRole {
  return USER_ROLES.find((role) => String(role) === text) ?? UserRole.UNSPECIFIED;
}
