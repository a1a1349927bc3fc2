/** Gives components the API layer. */
import { createContext, useContext, useSyncExternalStore } from 'react';

import type { Api } from './api';
import type { SessionState } from './session';

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('there is no ApiProvider around this component');
  return api;
}

export function useSessionState(): SessionState {
  const { session } = useApi();
  return useSyncExternalStore(session.subscribe, session.state);
}

export function useReconnecting(): boolean {
  const { streams } = useApi();
  return useSyncExternalStore(streams.subscribe, streams.reconnecting);
}
