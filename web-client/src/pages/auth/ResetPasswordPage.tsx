/** Where the link of a reset mail leads. */
import { Auth } from '@hostler/client';
import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useApi } from '@/api/ApiContext';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { PasswordField } from '@/forms/PasswordField';
import { password } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { AuthPage } from './AuthPage';
import { useMailedToken } from './mailedToken';

export default function ResetPasswordPage() {
  const { t } = useTranslation();
  const { session } = useApi();
  const client = useClient(Auth);
  const token = useMailedToken();
  const [done, setDone] = useState(false);
  const { form, failure, problem, submitting, onSubmit } = useApiForm({
    initialValues: { newPassword: '', repeated: '' },
    validate: {
      newPassword: password(t),
      repeated: (value, values) => (value === values.newPassword ? null : t('auth.passwordsDiffer')),
    },
    send: async ({ newPassword }) => {
      await client.resetPassword({ token: token ?? '', newPassword });
      // All sessions have ended, the one of this browser too.
      session.signedOut();
      setDone(true);
    },
  });

  const dead = token === undefined || problem?.violations.some(({ field }) => field === 'token') === true;
  return (
    <AuthPage title={t('auth.reset.title')}>
      {done && <Text role="status">{t('auth.reset.done')}</Text>}
      {!done && dead && (
        <Alert color="red" variant="light" role="alert">
          {t('auth.reset.dead')}{' '}
          <Anchor component={Link} to={paths.forgotPassword()} size="sm" underline="always">
            {t('auth.reset.again')}
          </Anchor>
        </Alert>
      )}
      {!done && !dead && (
        <form onSubmit={onSubmit} noValidate>
          <Stack>
            <FormFailure text={failure} />
            <PasswordField
              label={t('auth.newPassword')}
              description={t('auth.passwordHint')}
              autoComplete="new-password"
              autoFocus
              key={form.key('newPassword')}
              {...form.getInputProps('newPassword')}
            />
            <PasswordField
              label={t('auth.repeatPassword')}
              autoComplete="new-password"
              key={form.key('repeated')}
              {...form.getInputProps('repeated')}
            />
            <Button type="submit" loading={submitting} fullWidth>
              {t('auth.reset.submit')}
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to={paths.signIn()} size="sm">
        {t('auth.forgot.backToSignIn')}
      </Anchor>
    </AuthPage>
  );
}
