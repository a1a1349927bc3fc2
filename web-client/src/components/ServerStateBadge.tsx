import type { ServerState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { type Mood, serverMood, serverStateKey } from './serverState';
import { StateBadge, type StateColor } from './StateBadge';

const COLORS: Readonly<Record<Mood, StateColor>> = {
  well: 'green',
  resting: 'gray',
  busy: 'amber',
  broken: 'red',
};

export function ServerStateBadge({ state }: { readonly state: ServerState }) {
  const { t } = useTranslation();
  const mood = serverMood(state);
  return <StateBadge color={COLORS[mood]} pulsing={mood === 'busy'} label={t(serverStateKey(state))} />;
}
