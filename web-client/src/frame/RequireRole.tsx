/** Shows pages of the staff to the staff; to others they do not exist. The server decides what anybody may do. */
import type { User } from '@hostler/client';
import { Outlet } from 'react-router';

import { isOperator, isStaff, useMe } from '@/api/me';

import { NotFoundPage } from './NotFoundPage';
import { PageSkeleton } from './PageSkeleton';

const HAS: Readonly<Record<'staff' | 'operator', (user: User) => boolean>> = {
  staff: isStaff,
  operator: isOperator,
};

export function RequireRole({ who }: { readonly who: 'staff' | 'operator' }) {
  const me = useMe();
  if (!me) return <PageSkeleton />;
  return HAS[who](me) ? <Outlet /> : <NotFoundPage />;
}
