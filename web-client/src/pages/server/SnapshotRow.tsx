import { useMutation } from '@connectrpc/connect-query';
import { type Server, ServerState, type Snapshot, Snapshots, SnapshotState } from '@hostler/client';
import { Button, Checkbox, Group, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { ConfirmByName } from '@/components/ConfirmByName';
import { StateBadge } from '@/components/StateBadge';
import { Time } from '@/components/Time';

import { obstacleTo } from './obstacles';
import { snapshotLook } from './snapshotState';
import { useReport } from './useReport';

interface Props {
  readonly snapshot: Snapshot;
  readonly server: Server;
}

export function SnapshotRow({ snapshot, server }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const [asking, setAsking] = useState<'restore' | 'delete'>();
  const [startAfter, setStartAfter] = useState(server.state === ServerState.RUNNING);
  const report = useReport(`${server.name}: ${snapshot.name}`);
  const restore = useMutation(Snapshots.method.restoreSnapshot, report);
  const remove = useMutation(Snapshots.method.deleteSnapshot, report);
  const { id: snapshotId, name, state } = snapshot;
  const obstacle = obstacleTo('snapshot', server, me);
  const look = snapshotLook(state);
  const ready = state === SnapshotState.READY;
  const close = () => setAsking(undefined);
  return (
    <Paper component="li" withBorder p="sm" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} flex="1 1 220px">
          <Group gap="sm">
            <Text fw={600}>{name}</Text>
            <StateBadge color={look.color} pulsing={look.busy} label={t(look.label)} />
          </Group>
          {snapshot.description !== '' && <Text size="sm">{snapshot.description}</Text>}
          <Text size="sm" c="dimmed" component="span">
            <Time value={snapshot.createTime} />
          </Text>
        </Stack>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={obstacle !== undefined || !ready}
            title={obstacle ? t(obstacle) : ready ? undefined : t('snapshots.notReady')}
            aria-label={t('snapshots.restoreNamed', { name })}
            loading={restore.isPending}
            onClick={() => {
              setStartAfter(server.state === ServerState.RUNNING);
              setAsking('restore');
            }}
          >
            {t('snapshots.restore')}
          </Button>
          <Button
            size="xs"
            variant="light"
            color="red"
            disabled={obstacle !== undefined || !(ready || state === SnapshotState.FAILED)}
            title={obstacle && t(obstacle)}
            aria-label={t('snapshots.deleteNamed', { name })}
            loading={remove.isPending}
            onClick={() => setAsking('delete')}
          >
            {t('common.delete')}
          </Button>
        </Group>
      </Group>
      <ConfirmByName
        opened={asking === 'restore'}
        onClose={close}
        title={t('snapshots.restoreTitle', { name })}
        name={name}
        action={t('snapshots.restore')}
        onConfirm={() => {
          close();
          restore.mutate({ snapshotId, startAfter, requestId: newRequestId() });
        }}
      >
        <Stack gap="sm">
          {t('snapshots.restoreText')}
          <Checkbox
            label={t('snapshots.startAfter')}
            checked={startAfter}
            onChange={(event) => setStartAfter(event.currentTarget.checked)}
          />
        </Stack>
      </ConfirmByName>
      <ConfirmByName
        opened={asking === 'delete'}
        onClose={close}
        title={t('snapshots.deleteTitle', { name })}
        name={name}
        action={t('common.delete')}
        onConfirm={() => {
          close();
          remove.mutate({ snapshotId, requestId: newRequestId() });
        }}
      >
        {t('snapshots.deleteText')}
      </ConfirmByName>
    </Paper>
  );
}
