import type { UserState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { StateBadge } from '@/components/StateBadge';
import { userState } from './userState';

export function UserStateBadge({ state }: { readonly state: UserState }) {
  const { t } = useTranslation();
  const [name, color] = userState(state);
  return <StateBadge color={color} label={t(`users.states.${name}`)} />;
}
