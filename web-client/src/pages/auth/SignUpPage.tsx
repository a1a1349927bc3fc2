import { Auth } from '@hostler/client';
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { PasswordField } from '@/forms/PasswordField';
import { email, password } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { useLanguage } from '@/i18n/useLanguage';
import { paths } from '@/paths';

import { AuthPage } from './AuthPage';
import { ResendVerification } from './ResendVerification';

export default function SignUpPage() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const client = useClient(Auth);
  const [sentTo, setSentTo] = useState<string>();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { displayName: '', email: '', password: '' },
    validate: { email: email(t), password: password(t) },
    send: async (values) => {
      await client.signUp({
        ...values,
        email: values.email.trim(),
        locale: language,
        requestId: newRequestId(),
      });
      setSentTo(values.email.trim());
    },
  });

  if (sentTo !== undefined) {
    return (
      <AuthPage title={t('auth.signUp.sentTitle')}>
        <Text role="status">{t('auth.signUp.sent', { email: sentTo })}</Text>
        <Group>
          <ResendVerification email={sentTo} />
        </Group>
        <Anchor component={Link} to={paths.signIn()} size="sm">
          {t('auth.forgot.backToSignIn')}
        </Anchor>
      </AuthPage>
    );
  }
  return (
    <AuthPage title={t('auth.signUp.title')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <FormFailure text={failure} />
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            key={form.key('email')}
            {...form.getInputProps('email')}
          />
          <TextInput
            label={t('auth.displayName')}
            description={t('auth.displayNameHint')}
            autoComplete="name"
            maxLength={64}
            key={form.key('displayName')}
            {...form.getInputProps('displayName')}
          />
          <PasswordField
            label={t('auth.password')}
            description={t('auth.passwordHint')}
            autoComplete="new-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={submitting} fullWidth>
            {t('auth.signUp.submit')}
          </Button>
        </Stack>
      </form>
      <Group gap={6}>
        <Text size="sm">{t('auth.signUp.haveAccount')}</Text>
        <Anchor component={Link} to={paths.signIn()} size="sm">
          {t('auth.signUp.signIn')}
        </Anchor>
      </Group>
    </AuthPage>
  );
}
