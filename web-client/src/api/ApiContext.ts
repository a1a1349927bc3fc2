/** Gives components the API layer. */
import { createContext, useContext, useSyncExternalStore } from 'react';

import type { Api } from './api';
import type { Feed, FeedPorts } from './feeds';

export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('there is no ApiProvider around this component');
  return api;
}

/** The one feed of a class. */
export function useFeed<Kind extends Feed>(Class: new (ports: FeedPorts) => Kind): Kind {
  return useApi().feeds.of(Class);
}

export function useReconnecting(): boolean {
  const { streams } = useApi();
  return useSyncExternalStore(streams.subscribe, streams.reconnecting);
}
