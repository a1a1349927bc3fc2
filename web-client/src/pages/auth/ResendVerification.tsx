/** Offers another verification mail. The answer never tells whether the address is known. */
import type { Problem } from '@hostler/client';
import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useAccess } from '@/api/AccessContext';
import { problemText, readProblem } from '@/api/problem';

type Progress = 'offered' | 'sending' | 'sent' | Problem;

export function ResendVerification({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const access = useAccess();
  const [progress, setProgress] = useState<Progress>('offered');
  const send = async () => {
    setProgress('sending');
    try {
      await (await access.load()).resendVerification(email.trim());
      setProgress('sent');
    } catch (error) {
      setProgress(await readProblem(error));
    }
  };
  if (progress === 'sent') return <Text size="sm">{t('auth.signIn.resent')}</Text>;
  return (
    <>
      <Button
        mt="xs"
        size="xs"
        variant="default"
        loading={progress === 'sending'}
        onClick={() => void send()}
      >
        {t('auth.signIn.resend')}
      </Button>
      {typeof progress === 'object' && <Text size="sm">{problemText(progress, t)}</Text>}
    </>
  );
}
