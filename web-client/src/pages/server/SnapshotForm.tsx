import { type Server, Snapshots } from '@hostler/client';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useAccepted } from '@/api/accepted';
import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';

import { obstacleTo } from './obstacles';

interface Props {
  readonly server: Server;
  readonly count: number;
  /** Undefined while unknown. */
  readonly limit: number | undefined;
}

export function SnapshotForm({ server, count, limit }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useClient(Snapshots);
  const accepted = useAccepted();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { name: '', description: '' },
    validate: { name: required(t) },
    send: async ({ name, description }) => {
      const answer = await client.createSnapshot({
        serverId: server.id,
        name: name.trim(),
        description: description.trim(),
        requestId: newRequestId(),
      });
      accepted(answer, `${server.name}: ${name.trim()}`);
      form.reset();
    },
  });
  if (limit === 0) return <Text>{t('snapshots.noneIncluded')}</Text>;
  const obstacle = obstacleTo('snapshot', server, me);
  const reason = obstacle ?? (limit !== undefined && count >= limit ? 'snapshots.full' : undefined);
  const off = reason !== undefined;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <FormFailure text={failure} />
        <Group align="flex-start" gap="sm">
          <TextInput
            flex="1 1 220px"
            label={t('snapshots.name')}
            description={t('snapshots.nameHint')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={40}
            disabled={off}
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput
            flex="2 1 260px"
            label={t('snapshots.description')}
            description={t('common.mayStayEmpty')}
            maxLength={500}
            disabled={off}
            key={form.key('description')}
            {...form.getInputProps('description')}
          />
        </Group>
        <Group gap="sm">
          <Button type="submit" disabled={off} loading={submitting} aria-describedby="snapshot-reason">
            {t('snapshots.create')}
          </Button>
          <Text size="sm" fw={500} id="snapshot-reason">
            {reason && t(reason)}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
