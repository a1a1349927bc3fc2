/** Starting, stopping, renaming and deleting a server. */
import type { Server } from '@hostler/client';
import { Divider, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { Panel } from '@/components/Panel';

import { DeleteRow } from './DeleteRow';
import { ForgetRow } from './ForgetRow';
import { ForceStopRow, RestartRow, StartRow, StopRow } from './PowerRows';
import { RenameForm } from './RenameForm';

export function ManageTab({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('server.tabs.manage')}>
      <Stack gap="md">
        <StartRow server={server} />
        <Divider />
        <StopRow server={server} />
        <Divider />
        <ForceStopRow server={server} />
        <Divider />
        <RestartRow server={server} />
        <Divider />
        <RenameForm key={server.name} server={server} />
        <Divider />
        <DeleteRow server={server} />
        <ForgetRow server={server} />
      </Stack>
    </Panel>
  );
}
