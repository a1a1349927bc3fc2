/** Where the link of a verification mail leads. Without a good token it offers another mail. */
import { Auth } from '@hostler/client';
import { useMutation } from '@connectrpc/connect-query';
import { Anchor, Button, Loader, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { isTransient } from '@/api/queryDefaults';
import { useClient } from '@/api/useClient';
import { ErrorState } from '@/components/ErrorState';
import { FormFailure } from '@/forms/FormFailure';
import { email } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { AuthPage } from './AuthPage';
import { useMailedToken } from './mailedToken';

export default function VerifyEmailPage() {
  const { t } = useTranslation();
  const token = useMailedToken();
  const { mutate, isSuccess, error } = useMutation(Auth.method.verifyEmail);
  // A token is good once: an effect that runs twice must not use it twice.
  const used = useRef(false);
  useEffect(() => {
    if (token === undefined || used.current) return;
    used.current = true;
    mutate({ token });
  }, [token, mutate]);

  return (
    <AuthPage title={t('auth.verify.title')}>
      <Outcome
        done={isSuccess}
        error={error}
        pending={token !== undefined && !isSuccess && error === null}
        retry={() => mutate({ token: token ?? '' })}
      />
      <Anchor component={Link} to={paths.signIn()} size="sm">
        {t('auth.forgot.backToSignIn')}
      </Anchor>
    </AuthPage>
  );
}

interface OutcomeProps {
  readonly done: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

function Outcome({ done, pending, error, retry }: OutcomeProps) {
  const { t } = useTranslation();
  if (done) return <Text role="status">{t('auth.verify.done')}</Text>;
  if (pending) return <Loader type="dots" aria-label={t('auth.verify.working')} />;
  if (isTransient(error)) return <ErrorState error={error} onRetry={retry} />;
  return <AnotherMail />;
}

function AnotherMail() {
  const { t } = useTranslation();
  const client = useClient(Auth);
  const [sent, setSent] = useState(false);
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { email: '' },
    validate: { email: email(t) },
    send: async (values) => {
      await client.requestEmailVerification({ email: values.email.trim() });
      setSent(true);
    },
  });
  if (sent) return <Text role="status">{t('auth.signIn.resent')}</Text>;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <Text role="alert">{t('auth.verify.failed')}</Text>
        <FormFailure text={failure} />
        <TextInput
          label={t('auth.email')}
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <Button type="submit" loading={submitting} fullWidth>
          {t('auth.verify.submit')}
        </Button>
      </Stack>
    </form>
  );
}
