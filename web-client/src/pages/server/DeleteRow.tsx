import { useMutation } from '@connectrpc/connect-query';
import { type Server, Servers } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { ConfirmByName } from '@/components/ConfirmByName';

import { ActionRow } from './ActionRow';
import { obstacleTo } from './obstacles';
import { useReport } from './useReport';

export function DeleteRow({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const me = useMe();
  const [asking, { open, close }] = useDisclosure(false);
  const remove = useMutation(Servers.method.deleteServer, useReport(server.name));
  return (
    <>
      <ActionRow
        title={t('server.manage.delete.title')}
        text={t('server.manage.delete.text')}
        obstacle={obstacleTo('delete', server, me)}
        button={(off) => (
          <Button {...off} color="red" variant="light" loading={remove.isPending} onClick={open}>
            {t('server.manage.delete.action')}
          </Button>
        )}
      />
      <ConfirmByName
        opened={asking}
        onClose={close}
        title={t('server.manage.delete.question', { name: server.name })}
        name={server.name}
        action={t('server.manage.delete.action')}
        onConfirm={() => {
          close();
          remove.mutate({ serverId: server.id, requestId: newRequestId() });
        }}
      >
        {t('server.manage.delete.text')}
      </ConfirmByName>
    </>
  );
}
