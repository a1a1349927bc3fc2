/** A form for other sizes: the new price beside the present one, and a question before the change is sent. */
import type { Server } from '@hostler/client';
import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ParseKeys } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { FormFailure } from '@/forms/FormFailure';
import { useFormat } from '@/format/useFormat';

import type { Sizes } from './sizes';
import { Dialog } from '@/components/Dialog';

interface Props {
  readonly server: Server;
  readonly sizes: Sizes;
  readonly price: bigint;
  readonly currency: string;
  /** Why there is nothing to send. */
  readonly reason: Extract<ParseKeys, `server.${string}`> | undefined;
  readonly failure: string | undefined;
  readonly submitting: boolean;
  readonly onConfirm: () => void;
  /** The fields. */
  readonly children: ReactNode;
}

export function ResizeForm(props: Props) {
  const { server, sizes, price, currency, reason, failure, submitting, onConfirm, children } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const [asking, { open, close }] = useDisclosure(false);
  const rows = [
    [t('server.resize.cores'), format.cores(server.cpuMillicores), format.cores(sizes.cpuMillicores)],
    [t('server.resize.memory'), format.size(server.memoryBytes), format.size(sizes.memoryBytes)],
    [t('server.resize.disk'), format.size(server.diskBytes), format.size(sizes.diskBytes)],
    [
      t('server.overview.price'),
      format.monthly(server.priceMinor, server.currency),
      format.monthly(price, currency),
    ],
  ] as const;
  return (
    <>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (reason === undefined) open();
        }}
      >
        <Stack>
          <FormFailure text={failure} />
          {children}
          <Group justify="space-between" align="flex-end" gap="sm">
            <div role="status">
              <Text size="sm" c="dimmed">
                {`${t('server.resize.priceNow')}: ${format.monthly(server.priceMinor, server.currency)}`}
              </Text>
              <Text fw={600}>{`${t('server.resize.priceThen')}: ${format.monthly(price, currency)}`}</Text>
            </div>
            <Group gap="sm">
              <Text size="sm" fw={500} id="resize-reason">
                {reason && t(reason)}
              </Text>
              <Button
                type="submit"
                disabled={reason !== undefined}
                loading={submitting}
                aria-describedby="resize-reason"
              >
                {t('server.resize.review')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      <Dialog opened={asking} onClose={close} title={t('server.resize.confirmTitle', { name: server.name })}>
        <Stack>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th />
                <Table.Th>{t('server.resize.before')}</Table.Th>
                <Table.Th>{t('server.resize.after')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(([label, before, after]) => (
                <Table.Tr key={label}>
                  <Table.Th scope="row" fw={400}>
                    {label}
                  </Table.Th>
                  <Table.Td>{before}</Table.Td>
                  <Table.Td fw={before === after ? 400 : 700}>{after}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {sizes.memoryBytes < server.memoryBytes && (
            <Alert color="apricot" variant="light">
              {t('server.resize.lessMemory')}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button
              data-autofocus
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {t('server.resize.action')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
