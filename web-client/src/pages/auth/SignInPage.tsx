import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';

import { useAccess, useSessionState } from '@/api/AccessContext';
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
  const access = useAccess();
  const [search] = useSearchParams();
  const { form, failure, problem, submitting, onSubmit } = useApiForm({
    initialValues: { email: '', password: '' },
    validate: { email: email(t), password: required(t) },
    send: async (values) => {
      const api = await access.load();
      await api.signIn({ ...values, deviceName: deviceName() });
    },
  });

  if (useSessionState() === 'signed-in') return <Navigate to={safeNext(search.get('next'))} replace />;
  return (
    <AuthPage title={t('auth.signIn.title')}>
      <form onSubmit={onSubmit} onInput={access.prepare} noValidate>
        <Stack>
          <FormFailure text={failure}>
            {problem?.reason === 'EMAIL_NOT_VERIFIED' && (
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
