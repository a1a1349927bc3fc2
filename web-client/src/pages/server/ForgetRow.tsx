/**
 * Gives up a server whose hypervisor is no longer configured; the usual deletion would wait for it for ever. For operators, and only
 * there while the server is in that case.
 */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Catalog, type Server, Servers } from '@hostler/client';
import { Alert, Button, Divider, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { useOperates } from '@/api/me';
import { LARGEST_PAGE } from '@/api/pages';
import { newRequestId } from '@/api/requestId';
import { ConfirmByName } from '@/components/ConfirmByName';

import { ActionRow } from './ActionRow';
import { useReport } from './useReport';

export function ForgetRow({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const hypervisor = useGoneHypervisor(server);
  const [asking, { open, close }] = useDisclosure(false);
  const forget = useMutation(Servers.method.deleteServer, useReport(server.name));
  if (hypervisor === undefined) return null;
  const text = t('server.manage.forget.text', { hypervisor });
  return (
    <>
      <Divider />
      <ActionRow
        title={t('server.manage.forget.title')}
        text={text}
        obstacle={undefined}
        button={(off) => (
          <Button {...off} color="red" variant="light" loading={forget.isPending} onClick={open}>
            {t('server.manage.forget.action')}
          </Button>
        )}
      />
      <ConfirmByName
        opened={asking}
        onClose={close}
        title={t('server.manage.forget.question', { name: server.name })}
        name={server.name}
        action={t('server.manage.forget.action')}
        onConfirm={() => {
          close();
          forget.mutate({ serverId: server.id, forget: true, requestId: newRequestId() });
        }}
      >
        <Text size="sm">{text}</Text>
        <Alert color="apricot" variant="light" mt="sm">
          {t('server.manage.forget.warning')}
        </Alert>
      </ConfirmByName>
    </>
  );
}

/** The name of the server's hypervisor when the configuration has none like it; a stuck operation on it is no obstacle then. */
function useGoneHypervisor({ placement }: Server): string | undefined {
  const enabled = useOperates() && placement !== undefined;
  const { data } = useQuery(Catalog.method.listHypervisors, { pageSize: LARGEST_PAGE }, { enabled });
  if (!enabled || !data || data.nextPageToken !== '') return undefined;
  const { hypervisor } = placement;
  return data.hypervisors.some(({ name }) => name === hypervisor) ? undefined : hypervisor;
}
