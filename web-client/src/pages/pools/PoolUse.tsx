/** How full a pool is. */
import { type IpPool, IpPoolKind } from '@hostler/client';
import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

/** From this share on it wants attention. */
const NEARLY_FULL = 90;

export function PoolUse({ pool }: { readonly pool: IpPool }) {
  const { t } = useTranslation();
  const format = useFormat();
  const used = format.number(Number(pool.usedCount));
  if (pool.kind === IpPoolKind.DHCP) return <>{t('catalog.pools.useDhcp', { used })}</>;
  const total = Number(pool.addressCount);
  const share = total === 0 ? 100 : (Number(pool.usedCount) / total) * 100;
  const text = t('catalog.pools.use', { used, total: format.number(total) });
  return (
    <Group gap="xs" wrap="nowrap">
      <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
        {text}
      </Text>
      <Progress
        value={share}
        w={64}
        color={share >= NEARLY_FULL ? 'red' : 'petrol'}
        aria-label={t('catalog.pools.columns.use')}
        aria-hidden
      />
      {share >= 100 && (
        <Text span size="xs" c="red">
          {t('catalog.pools.full')}
        </Text>
      )}
    </Group>
  );
}
