/** Stands around the page: the transport and cache of the queries, and what the session's beginning and end mean for them. */
import { TransportProvider } from '@connectrpc/connect-query';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';

import type { Api } from './api';
import { ApiContext } from './ApiContext';

export function ApiProvider({ api, children }: { readonly api: Api; readonly children: ReactNode }) {
  const { session, queryClient, operations, feeds, transport } = api;

  useEffect(() => {
    let before = session.state();
    const changed = () => {
      const state = session.state();
      if (state === 'signed-in') operations.resume();
      if (state === 'signed-out' && before !== 'starting') {
        // The next to sign in must not see anything of the one before.
        operations.clear();
        feeds.clear();
        queryClient.clear();
      }
      before = state;
    };
    const unsubscribe = session.subscribe(changed);
    window.addEventListener('storage', session.storageChanged);
    void session.start();
    return () => {
      unsubscribe();
      window.removeEventListener('storage', session.storageChanged);
    };
  }, [session, queryClient, operations, feeds]);

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
