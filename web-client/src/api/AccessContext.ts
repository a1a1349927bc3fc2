/** Gives components the way to the API layer, whether it is there yet or not. */
import { createContext, useContext, useSyncExternalStore } from 'react';

import type { ApiAccess } from './access';
import type { SessionState } from './session';

export const AccessContext = createContext<ApiAccess | undefined>(undefined);

export function useAccess(): ApiAccess {
  const access = useContext(AccessContext);
  if (!access) throw new Error('there is no AccessContext around this component');
  return access;
}

export function useSessionState(): SessionState {
  const access = useAccess();
  return useSyncExternalStore(access.subscribe, access.sessionState);
}
