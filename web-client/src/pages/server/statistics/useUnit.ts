import { useFormat } from '@/format/useFormat';

import type { Unit } from './metrics';

/** Writes figures of a unit. */
export function useUnit(unit: Unit): (value: number) => string {
  const format = useFormat();
  switch (unit) {
    case 'share':
      return format.percent;
    case 'size':
      return format.size;
    case 'rate':
      return format.rate;
  }
}
