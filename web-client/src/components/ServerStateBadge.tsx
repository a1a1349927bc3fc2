import type { ServerState } from '@hostler/client';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import { type Mood, serverMood, serverStateKey } from './serverState';
import { StateBadge, type StateColor } from './StateBadge';

const COLORS: Readonly<Record<Mood, StateColor>> = {
  well: 'green',
  resting: 'gray',
  busy: 'amber',
  broken: 'red',
};

interface Props {
  readonly state: ServerState;
}

export function ServerStateBadge({ state }: Props) {
  const { t } = useTranslation();
  return <ServerStateLabel state={state} t={t} />;
}

/** The same for rows of long lists, whose list has the words at hand. */
export function ServerStateLabel({ state, t }: Props & { readonly t: TFunction }) {
  const mood = serverMood(state);
  return <StateBadge color={COLORS[mood]} pulsing={mood === 'busy'} label={t(serverStateKey(state))} />;
}
