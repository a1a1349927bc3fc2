import { useTranslation } from 'react-i18next';

import { useFormat } from '@/format/useFormat';

import type { Unit } from './metrics';

/** Writes figures of a unit. */
export function useUnit(unit: Unit): (value: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  switch (unit) {
    case 'share':
      return format.percent;
    case 'size':
      return format.size;
    case 'rate':
      return format.rate;
    case 'count':
      return format.number;
    case 'degrees':
      return (value) => t('statistics.degrees', { value: format.number(value) });
  }
}
