/** What a server uses: now, and over time. */
import type { Server } from '@hostler/client';
import { Stack } from '@mantine/core';

import { HistoryPanel } from './HistoryPanel';
import { LivePanel } from './LivePanel';

export default function StatisticsTab({ server }: { readonly server: Server }) {
  return (
    <Stack gap="lg">
      <LivePanel serverId={server.id} />
      <HistoryPanel serverId={server.id} />
    </Stack>
  );
}
