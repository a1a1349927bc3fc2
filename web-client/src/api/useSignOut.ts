/** Signs out here at once, and at the server as well as it can be reached. */
import { createClient } from '@connectrpc/connect';
import { Auth } from '@hostler/client';
import { useCallback } from 'react';

import { useApi } from './ApiContext';

export function useSignOut(): () => void {
  const { transport, session } = useApi();
  return useCallback(() => {
    createClient(Auth, transport)
      .signOut({})
      // The page forgets the session either way. A cookie that stays behind is asked for by nobody, and ends by itself.
      .catch((error: unknown) => console.warn('sign out at the server', error))
      .finally(() => session.signedOut());
  }, [transport, session]);
}
