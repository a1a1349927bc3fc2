import { createConnectQueryKey } from '@connectrpc/connect-query';
import { type User, Users } from '@hostler/client';
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { Panel } from '@/components/Panel';
import { useToasts } from '@/components/toast';
import { FormFailure } from '@/forms/FormFailure';
import { useApiForm } from '@/forms/useApiForm';
import { LANGUAGE_NAMES, LANGUAGES } from '@/i18n/languages';

export function ProfileForm({ me }: { readonly me: User }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Users);
  const queryClient = useQueryClient();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { displayName: me.displayName, locale: me.locale },
    send: async ({ displayName, locale }) => {
      await client.updateMe({
        user: { displayName: displayName.trim(), locale },
        updateMask: { paths: ['display_name', 'locale'] },
        requestId: newRequestId(),
      });
      await queryClient.invalidateQueries({
        queryKey: createConnectQueryKey({ schema: Users.method.getMe, cardinality: undefined }),
      });
      toasts.success(t('account.profile.saved'));
    },
  });
  return (
    <Panel title={t('account.profile.title')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack maw={480}>
          <FormFailure text={failure} />
          <TextInput
            label={t('auth.displayName')}
            description={t('auth.displayNameHint')}
            autoComplete="name"
            maxLength={64}
            key={form.key('displayName')}
            {...form.getInputProps('displayName')}
          />
          <NativeSelect
            label={t('account.profile.locale')}
            description={t('account.profile.localeHint')}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            key={form.key('locale')}
            {...form.getInputProps('locale')}
          />
          <Group>
            <Button type="submit" loading={submitting}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}
