import { createConnectQueryKey } from '@connectrpc/connect-query';
import { Auth, type User } from '@hostler/client';
import { Button, Checkbox, Group, Stack, TextInput, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { FormFailure } from '@/forms/FormFailure';
import { PasswordField } from '@/forms/PasswordField';
import { password, required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';

export function PasswordForm({ me }: { readonly me: User }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Auth);
  const queryClient = useQueryClient();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { currentPassword: '', newPassword: '', repeated: '', keepOtherSessions: false },
    validate: {
      currentPassword: required(t),
      newPassword: password(t),
      repeated: (value, { newPassword }) => (value === newPassword ? null : t('auth.passwordsDiffer')),
    },
    send: async ({ currentPassword, newPassword, keepOtherSessions }) => {
      await client.changePassword({
        currentPassword,
        newPassword,
        keepOtherSessions,
        requestId: newRequestId(),
      });
      form.reset();
      toasts.success(t('account.password.changed'));
      await queryClient.invalidateQueries({
        queryKey: createConnectQueryKey({ schema: Auth.method.listSessions, cardinality: undefined }),
      });
    },
  });
  return (
    <Panel title={t('account.password.title')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack maw={480}>
          <FormFailure text={failure} />
          {/* Tells password managers whose password this is. */}
          <VisuallyHidden aria-hidden>
            <TextInput value={me.email} readOnly autoComplete="username" tabIndex={-1} />
          </VisuallyHidden>
          <PasswordField
            label={t('account.password.current')}
            autoComplete="current-password"
            key={form.key('currentPassword')}
            {...form.getInputProps('currentPassword')}
          />
          <PasswordField
            label={t('auth.newPassword')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            key={form.key('newPassword')}
            {...form.getInputProps('newPassword')}
          />
          <PasswordField
            label={t('auth.repeatPassword')}
            autoComplete="new-password"
            key={form.key('repeated')}
            {...form.getInputProps('repeated')}
          />
          <Checkbox
            label={t('account.password.keepSessions')}
            key={form.key('keepOtherSessions')}
            {...form.getInputProps('keepOtherSessions', { type: 'checkbox' })}
          />
          <Group>
            <Button type="submit" loading={submitting}>
              {t('account.password.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
