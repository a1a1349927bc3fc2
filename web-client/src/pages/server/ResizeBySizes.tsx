import { type Server, Servers, type Tariff } from '@hostler/client';
import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useAccepted } from '@/api/accepted';
import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useApiForm } from '@/forms/useApiForm';
import { useFormat } from '@/format/useFormat';

import { obstacleTo } from './obstacles';
import { priceFor } from './price';
import { ResizeForm } from './ResizeForm';
import { changedSizes, sameSizes, sizesOf, type SizeValues, valuesOf } from './sizes';

interface Props {
  readonly server: Server;
  readonly tariff: Tariff;
}

export function ResizeBySizes({ server, tariff }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const client = useClient(Servers);
  const accepted = useAccepted();
  const before = valuesOf(server);
  const { form, failure, submitting, onSubmit } = useApiForm<SizeValues>({
    mode: 'controlled',
    initialValues: before,
    fieldNames: { cpu_millicores: 'cores', memory_bytes: 'memory', disk_bytes: 'disk' },
    send: async (values) => {
      const answer = await client.resizeServer({
        serverId: server.id,
        ...changedSizes(sizesOf(values, server), server),
        requestId: newRequestId(),
      });
      accepted(answer, server.name);
    },
  });
  const wanted = sizesOf(form.values, server);
  const obstacle = obstacleTo('resize', server, me);
  const off = obstacle !== undefined;
  return (
    <ResizeForm
      server={server}
      sizes={wanted}
      price={priceFor(tariff, wanted)}
      currency={tariff.currency}
      reason={obstacle ?? (sameSizes(wanted, server) ? 'server.resize.unchanged' : undefined)}
      failure={failure}
      submitting={submitting}
      onConfirm={onSubmit}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <NumberInput
          label={t('server.resize.cores')}
          min={0.1}
          max={512}
          step={0.5}
          decimalScale={3}
          disabled={off}
          {...form.getInputProps('cores')}
        />
        <NumberInput
          label={t('server.resize.memory')}
          min={0.07}
          max={1024}
          step={0.5}
          decimalScale={2}
          disabled={off}
          {...form.getInputProps('memory')}
        />
        <NumberInput
          label={t('server.resize.disk')}
          description={t('server.resize.atLeast', { size: format.size(server.diskBytes) })}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={before.disk}
          max={65_536}
          allowDecimal={false}
          disabled={off}
          {...form.getInputProps('disk')}
        />
      </SimpleGrid>
    </ResizeForm>
  );
}
