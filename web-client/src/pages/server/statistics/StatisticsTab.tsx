/** What a server uses: now, and over time. */
import type { Server } from '@hostler/client';
import { Stack } from '@mantine/core';

import { LivePanel } from './LivePanel';
import { ServerHistory } from './ServerHistory';

export default function StatisticsTab({ server }: { readonly server: Server }) {
  return (
    <Stack gap="lg">
      <LivePanel serverId={server.id} />
      <ServerHistory serverId={server.id} />
    </Stack>
  );
}
