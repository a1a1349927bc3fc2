import type { NodeState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { StateBadge } from '@/components/StateBadge';

import { nodeState } from './nodeState';

export function NodeStateBadge({ state }: { readonly state: NodeState }) {
  const { t } = useTranslation();
  const [name, color] = nodeState(state);
  return <StateBadge color={color} label={t(`nodes.states.${name}`)} />;
}
