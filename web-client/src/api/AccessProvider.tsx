/** Stands around all pages: the way to the API layer, and the news of other tabs. */
import { type ReactNode, useEffect } from 'react';

import type { ApiAccess } from './access';
import { AccessContext } from './AccessContext';

interface Props {
  readonly access: ApiAccess;
  readonly children: ReactNode;
}

export function AccessProvider({ access, children }: Props) {
  useEffect(() => {
    window.addEventListener('storage', access.storageChanged);
    return () => window.removeEventListener('storage', access.storageChanged);
  }, [access]);
  return <AccessContext value={access}>{children}</AccessContext>;
}
