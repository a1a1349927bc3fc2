import { createConnectQueryKey } from '@connectrpc/connect-query';
import { create } from '@bufbuild/protobuf';
import { Auth, GetMeResponseSchema, problemOf, Users } from '@hostler/client';
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';

import { useApi, useSessionState } from '@/api/ApiContext';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { PasswordField } from '@/forms/PasswordField';
import { email, required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths, safeNext } from '@/paths';

import { AuthPage } from './AuthPage';
import { deviceName } from './device';
import { ResendVerification } from './ResendVerification';

export default function SignInPage() {
  const { t } = useTranslation();
  const { session, transport } = useApi();
  const client = useClient(Auth);
  const queryClient = useQueryClient();
  const [search] = useSearchParams();
  const { form, failure, error, submitting, onSubmit } = useApiForm({
    initialValues: { email: '', password: '' },
    validate: { email: email(t), password: required(t) },
    send: async (values) => {
      const { tokens, user } = await client.signIn({ ...values, deviceName: deviceName() });
      if (!tokens) throw new Error('the server signed in and sent no tokens');
      const schema = Users.method.getMe;
      const key = createConnectQueryKey({ schema, transport, input: {}, cardinality: 'finite' });
      if (user) queryClient.setQueryData(key, create(GetMeResponseSchema, { user }));
      session.signedIn(tokens);
    },
  });

  if (useSessionState() === 'signed-in') return <Navigate to={safeNext(search.get('next'))} replace />;
  return (
    <AuthPage title={t('auth.signIn.title')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <FormFailure text={failure}>
            {problemOf(error).reason === 'EMAIL_NOT_VERIFIED' && (
              <ResendVerification email={form.getValues().email} />
            )}
          </FormFailure>
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <PasswordField
            label={t('auth.password')}
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={submitting} fullWidth>
            {t('auth.signIn.submit')}
          </Button>
        </Stack>
      </form>
      <Stack gap={6}>
        <Anchor component={Link} to={paths.forgotPassword()} size="sm">
          {t('auth.signIn.forgot')}
        </Anchor>
        <Group gap={6}>
          <Text size="sm">{t('auth.signIn.noAccount')}</Text>
          <Anchor component={Link} to={paths.signUp()} size="sm">
            {t('auth.signIn.signUp')}
          </Anchor>
        </Group>
      </Stack>
    </AuthPage>
  );
}
