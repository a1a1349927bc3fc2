/** Offers another verification mail. The answer never tells whether the address is known. */
import { useMutation } from '@connectrpc/connect-query';
import { Auth } from '@hostler/client';
import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useErrorText } from '@/api/errors';

export function ResendVerification({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const resend = useMutation(Auth.method.requestEmailVerification);
  if (resend.isSuccess) return <Text size="sm">{t('auth.signIn.resent')}</Text>;
  return (
    <>
      <Button
        mt="xs"
        size="xs"
        variant="default"
        loading={resend.isPending}
        onClick={() => resend.mutate({ email: email.trim() })}
      >
        {t('auth.signIn.resend')}
      </Button>
      {resend.isError && <Text size="sm">{textOf(resend.error)}</Text>}
    </>
  );
}
