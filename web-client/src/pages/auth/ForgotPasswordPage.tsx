import { Auth } from '@hostler/client';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { email } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { AuthPage } from './AuthPage';

export default function ForgotPasswordPage() {
  const { t } = useTranslation();
  const client = useClient(Auth);
  const [sentTo, setSentTo] = useState<string>();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { email: '' },
    validate: { email: email(t) },
    send: async (values) => {
      const address = values.email.trim();
      await client.requestPasswordReset({ email: address });
      setSentTo(address);
    },
  });
  return (
    <AuthPage title={t('auth.forgot.title')}>
      {sentTo === undefined ? (
        <form onSubmit={onSubmit} noValidate>
          <Stack>
            <Text c="dimmed">{t('auth.forgot.text')}</Text>
            <FormFailure text={failure} />
            <TextInput
              label={t('auth.email')}
              type="email"
              autoComplete="username"
              autoFocus
              key={form.key('email')}
              {...form.getInputProps('email')}
            />
            <Button type="submit" loading={submitting} fullWidth>
              {t('auth.forgot.submit')}
            </Button>
          </Stack>
        </form>
      ) : (
        <Text role="status">{t('auth.forgot.sent', { email: sentTo })}</Text>
      )}
      <Anchor component={Link} to={paths.signIn()} size="sm">
        {t('auth.forgot.backToSignIn')}
      </Anchor>
    </AuthPage>
  );
}
