import type { HypervisorState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { hypervisorState } from './hypervisorState';
import { StateBadge } from '@/components/StateBadge';

export function HypervisorStateBadge({ state }: { readonly state: HypervisorState }) {
  const { t } = useTranslation();
  const [name, color] = hypervisorState(state);
  return <StateBadge color={color} label={t(`hypervisors.states.${name}`)} />;
}
