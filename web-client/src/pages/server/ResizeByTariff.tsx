import { type Server, Servers, type Tariff } from '@hostler/client';
import { Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useAccepted } from '@/api/accepted';
import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useApiForm } from '@/forms/useApiForm';
import { useFormat } from '@/format/useFormat';

import { obstacleTo } from './obstacles';
import { ResizeForm } from './ResizeForm';

interface Props {
  readonly server: Server;
  /** On offer, without the present one. */
  readonly tariffs: readonly Tariff[];
}

export function ResizeByTariff({ server, tariffs }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const client = useClient(Servers);
  const accepted = useAccepted();
  const { form, failure, submitting, onSubmit } = useApiForm({
    mode: 'controlled',
    initialValues: { tariffId: '' },
    send: async ({ tariffId }) => {
      const answer = await client.resizeServer({ serverId: server.id, tariffId, requestId: newRequestId() });
      accepted(answer, server.name);
    },
  });
  if (tariffs.length === 0) return <Text>{t('server.resize.noOther')}</Text>;
  const chosen = tariffs.find(({ id }) => id === form.values.tariffId);
  const obstacle = obstacleTo('resize', server, me);
  return (
    <ResizeForm
      server={server}
      sizes={chosen ?? server}
      price={chosen?.priceMinor ?? server.priceMinor}
      currency={chosen?.currency ?? server.currency}
      reason={obstacle ?? (chosen ? undefined : 'server.resize.unchanged')}
      failure={failure}
      submitting={submitting}
      onConfirm={onSubmit}
    >
      <Radio.Group label={t('server.resize.tariff')} {...form.getInputProps('tariffId')}>
        <Stack gap="xs" mt="xs">
          {tariffs.map((tariff) => {
            const tooSmall = tariff.diskBytes < server.diskBytes;
            const size = t('servers.size', {
              cpu: format.cores(tariff.cpuMillicores),
              memory: format.size(tariff.memoryBytes),
              disk: format.size(tariff.diskBytes),
            });
            const price = format.monthly(tariff.priceMinor, tariff.currency);
            return (
              <Radio
                key={tariff.id}
                value={tariff.id}
                label={tariff.name}
                description={`${size} · ${tooSmall ? t('server.resize.diskTooSmall') : price}`}
                disabled={tooSmall || obstacle !== undefined}
              />
            );
          })}
        </Stack>
      </Radio.Group>
    </ResizeForm>
  );
}
