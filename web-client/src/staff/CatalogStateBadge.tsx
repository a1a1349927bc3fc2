import type { CatalogState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { catalogState } from './catalogState';
import { StateBadge } from '@/components/StateBadge';

export function CatalogStateBadge({ state }: { readonly state: CatalogState }) {
  const { t } = useTranslation();
  const [name, color] = catalogState(state);
  return <StateBadge color={color} label={t(`catalog.states.${name}`)} />;
}
