/** Where the news of `useToasts` are shown. The frame of those who are signed in has the list at hand before there are any. */
import { notificationsStore } from '@mantine/notifications';
import { lazy, Suspense, useEffect, useState } from 'react';

const ToastList = lazy(() => import('./ToastList'));

export function Toasts() {
  const [wanted, setWanted] = useState(false);
  useEffect(() => notificationsStore.subscribe(() => setWanted(true)), []);
  return <Suspense fallback={null}>{wanted && <ToastList />}</Suspense>;
}
