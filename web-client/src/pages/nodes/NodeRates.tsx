/** What goes over a machine's network at this moment. */
import type { NodeSample } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

export function NodeRates({ sample }: { readonly sample: NodeSample | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { networkInRate, networkOutRate } = sample ?? {};
  if (networkInRate === undefined || networkOutRate === undefined) return <>–</>;
  return <>{t('nodes.rates', { in: format.rate(networkInRate), out: format.rate(networkOutRate) })}</>;
}
