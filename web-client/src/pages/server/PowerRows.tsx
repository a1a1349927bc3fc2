/** Starting, stopping and restarting. */
import { useMutation } from '@connectrpc/connect-query';
import { type Server, Servers } from '@hostler/client';
import { Button, Checkbox } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { Confirm } from '@/components/Confirm';

import { ActionRow } from './ActionRow';
import { obstacleTo } from './obstacles';
import { useReport } from './useReport';

interface Props {
  readonly server: Server;
}

export function StartRow({ server }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const start = useMutation(Servers.method.startServer, useReport(server.name));
  return (
    <ActionRow
      title={t('server.manage.start.title')}
      text={t('server.manage.start.text')}
      obstacle={obstacleTo('start', server, me)}
      button={(off) => (
        <Button
          {...off}
          loading={start.isPending}
          onClick={() => start.mutate({ serverId: server.id, requestId: newRequestId() })}
        >
          {t('server.manage.start.action')}
        </Button>
      )}
    />
  );
}

export function StopRow({ server }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [forceAfterTimeout, setForce] = useState(false);
  const stop = useMutation(Servers.method.stopServer, useReport(server.name));
  const obstacle = obstacleTo('stop', server, me);
  return (
    <ActionRow
      title={t('server.manage.stop.title')}
      text={t('server.manage.stop.text')}
      obstacle={obstacle}
      button={(off) => (
        <Button
          {...off}
          variant="default"
          loading={stop.isPending}
          onClick={() => stop.mutate({ serverId: server.id, forceAfterTimeout, requestId: newRequestId() })}
        >
          {t('server.manage.stop.action')}
        </Button>
      )}
    >
      <Checkbox
        mt={4}
        label={t('server.manage.stop.force')}
        checked={forceAfterTimeout}
        disabled={obstacle !== undefined}
        onChange={(event) => setForce(event.currentTarget.checked)}
      />
    </ActionRow>
  );
}

export function ForceStopRow({ server }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [asking, { open, close }] = useDisclosure(false);
  const stop = useMutation(Servers.method.stopServer, useReport(server.name));
  return (
    <>
      <ActionRow
        title={t('server.manage.forceStop.title')}
        text={t('server.manage.forceStop.text')}
        obstacle={obstacleTo('stop', server, me)}
        button={(off) => (
          <Button {...off} variant="default" loading={stop.isPending} onClick={open}>
            {t('server.manage.forceStop.action')}
          </Button>
        )}
      />
      <Confirm
        opened={asking}
        onClose={close}
        title={t('server.manage.forceStop.question', { name: server.name })}
        action={t('server.manage.forceStop.action')}
        color="red"
        onConfirm={() => {
          close();
          stop.mutate({ serverId: server.id, forceNow: true, requestId: newRequestId() });
        }}
      >
        {t('server.manage.forceStop.text')}
      </Confirm>
    </>
  );
}

export function RestartRow({ server }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const restart = useMutation(Servers.method.restartServer, useReport(server.name));
  return (
    <ActionRow
      title={t('server.manage.restart.title')}
      text={t('server.manage.restart.text')}
      obstacle={obstacleTo('restart', server, me)}
      button={(off) => (
        <Button
          {...off}
          variant="default"
          loading={restart.isPending}
          onClick={() => restart.mutate({ serverId: server.id, requestId: newRequestId() })}
        >
          {t('server.manage.restart.action')}
        </Button>
      )}
    />
  );
}
