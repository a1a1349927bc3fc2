/** Where the news of `useToasts` are shown. */
import { notificationsStore } from '@mantine/notifications';
import { Suspense, useEffect, useState } from 'react';

import { lazily } from './lazily';

const ToastList = lazily(() => import('./ToastList'));

export function Toasts() {
  const [wanted, setWanted] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setWanted(true)), []);
  return <Suspense fallback={null}>{wanted && <ToastList />}</Suspense>;
}
