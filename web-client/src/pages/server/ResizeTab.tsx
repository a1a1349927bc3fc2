/** Other sizes for a server: single ones or those of another tariff, and what that will cost before anything is sent. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type Server } from '@hostler/client';
import { SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { LARGEST_PAGE } from '@/api/pages';
import { ErrorState } from '@/components/ErrorState';
import { Panel } from '@/components/Panel';

import { ResizeBySizes } from './ResizeBySizes';
import { ResizeByTariff } from './ResizeByTariff';

export function ResizeTab({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const [how, setHow] = useState<'sizes' | 'tariff'>('sizes');
  const { tariffId } = server;
  const own = useQuery(Catalog.method.getTariff, { tariffId });
  const offered = useQuery(Catalog.method.listTariffs, { pageSize: LARGEST_PAGE });
  const error = own.error ?? offered.error;
  const tariff = own.data?.tariff;
  const tariffs = offered.data?.tariffs;
  if (!tariff || !tariffs) {
    const retry = () => void Promise.all([own.refetch(), offered.refetch()]);
    return error ? <ErrorState error={error} onRetry={retry} /> : <Skeleton h={240} />;
  }
  // Made anew when the server has other sizes: what was typed was about the old ones.
  const key = `${server.cpuMillicores} ${server.memoryBytes} ${server.diskBytes} ${tariffId}`;
  return (
    <Panel title={t('server.resize.title')}>
      <Text size="sm" c="dimmed">
        {t('server.resize.text')}
      </Text>
      <SegmentedControl<'sizes' | 'tariff'>
        aria-label={t('server.resize.how')}
        value={how}
        onChange={setHow}
        data={[
          { value: 'sizes', label: t('server.resize.bySizes') },
          { value: 'tariff', label: t('server.resize.byTariff') },
        ]}
      />
      {how === 'sizes' ? (
        <ResizeBySizes key={key} server={server} tariff={tariff} />
      ) : (
        <ResizeByTariff key={key} server={server} tariffs={tariffs.filter(({ id }) => id !== tariffId)} />
      )}
    </Panel>
  );
}
