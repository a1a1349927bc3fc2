/** Stands around the pages that call: the transport and cache of the queries, and feeds that rest while nobody sees the page. */
import { TransportProvider } from '@connectrpc/connect-query';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';

import type { Api } from './api';
import { ApiContext } from './ApiContext';

export function ApiProvider({ api, children }: { readonly api: Api; readonly children: ReactNode }) {
  const { queryClient, feeds, transport } = api;

  useEffect(() => {
    const changed = () => (document.hidden ? feeds.rest() : feeds.wake());
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, [feeds]);

  return (
    <ApiContext value={api}>
      <TransportProvider transport={transport}>
        <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      </TransportProvider>
    </ApiContext>
  );
}
