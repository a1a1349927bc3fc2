/** A new password of root, shown once. It is kept nowhere but in this component, and gone with it. */
import { useMutation } from '@connectrpc/connect-query';
import { type Server, Servers } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { Confirm } from '@/components/Confirm';
import { Panel } from '@/components/Panel';
import { SecretDialog } from '@/components/SecretDialog';
import { useToasts } from '@/components/toast';

import { ActionRow } from './ActionRow';
import { obstacleTo } from './obstacles';
import { useReport } from './useReport';

export function SecurityTab({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const me = useMe();
  const toasts = useToasts();
  const report = useReport(server.name);
  const [asking, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<string>();
  const reset = useMutation(Servers.method.resetRootPassword, {
    ...report,
    // Nothing of it may stay in the cache of what was sent.
    gcTime: 0,
    onSuccess: (answer) => {
      report.onSuccess(answer);
      if (answer.rootPassword === '')
        toasts.warning(t('server.security.lostTitle'), t('server.security.lost'));
      else setSecret(answer.rootPassword);
    },
  });
  const { name } = server;
  return (
    <Panel title={t('server.tabs.security')}>
      <ActionRow
        title={t('server.security.title')}
        text={t('server.security.text')}
        obstacle={obstacleTo('resetPassword', server, me)}
        button={(off) => (
          <Button {...off} variant="default" loading={reset.isPending} onClick={open}>
            {t('server.security.action')}
          </Button>
        )}
      />
      <Confirm
        opened={asking}
        onClose={close}
        title={t('server.security.question', { name })}
        action={t('server.security.action')}
        onConfirm={() => {
          close();
          reset.mutate({ serverId: server.id, requestId: newRequestId() });
        }}
      >
        {t('server.security.warning')}
      </Confirm>
      <SecretDialog
        secret={secret}
        title={t('server.security.secretTitle')}
        text={t('server.security.secretText')}
        label={t('server.security.secretLabel', { name })}
        onClose={() => {
          setSecret(undefined);
          reset.reset();
        }}
      />
    </Panel>
  );
}
