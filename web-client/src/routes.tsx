/** Every page of the web client. Each is loaded when it is first visited. */
import type { ComponentType } from 'react';
import { Navigate, type RouteObject } from 'react-router';

import { CrashPage } from './frame/CrashPage';
import { Frame } from './frame/Frame';
import { NotFoundPage } from './frame/NotFoundPage';
import { PageSkeleton } from './frame/PageSkeleton';
import { PublicFrame } from './frame/PublicFrame';
import { RequireRole } from './frame/RequireRole';
import { RequireSession } from './frame/RequireSession';
import { paths } from './paths';

/** A page in a chunk of its own. */
function page(path: string, load: () => Promise<{ default: ComponentType }>): RouteObject {
  return { path, lazy: async () => ({ Component: (await load()).default }) };
}

const publicPages: RouteObject[] = [
  page('/sign-in', () => import('./pages/auth/SignInPage')),
  page('/sign-up', () => import('./pages/auth/SignUpPage')),
  page('/verify-email', () => import('./pages/auth/VerifyEmailPage')),
  page('/forgot-password', () => import('./pages/auth/ForgotPasswordPage')),
  page('/reset-password', () => import('./pages/auth/ResetPasswordPage')),
];

const customerPages: RouteObject[] = [
  page('/servers', () => import('./pages/servers/ServersPage')),
  page('/servers/new', () => import('./pages/new-server/NewServerPage')),
  page('/servers/:id', () => import('./pages/server/ServerPage')),
  page('/account', () => import('./pages/account/AccountPage')),
];

/** What support may see, too. */
const staffPages: RouteObject[] = [
  page('/operator', () => import('./pages/operator/OverviewPage')),
  page('/operator/users', () => import('./pages/users/UsersPage')),
  page('/operator/users/:userId', () => import('./pages/users/UserPage')),
  page('/operator/tariffs', () => import('./pages/tariffs/TariffsPage')),
  page('/operator/systems', () => import('./pages/systems/SystemsPage')),
  page('/operator/pools', () => import('./pages/pools/PoolsPage')),
  page('/operator/hypervisors', () => import('./pages/hypervisors/HypervisorsPage')),
  page('/operator/hypervisors/:name', () => import('./pages/hypervisors/HypervisorPage')),
  page('/operator/operations', () => import('./pages/operations/OperationsPage')),
  page('/operator/operations/:operationId', () => import('./pages/operations/OperationPage')),
];

const operatorPages: RouteObject[] = [
  page('/operator/tariffs/new', () => import('./pages/tariffs/NewTariffPage')),
  page('/operator/tariffs/:tariffId', () => import('./pages/tariffs/TariffPage')),
  page('/operator/systems/new', () => import('./pages/systems/NewSystemPage')),
  page('/operator/systems/:systemId', () => import('./pages/systems/SystemPage')),
  page('/operator/pools/new', () => import('./pages/pools/NewPoolPage')),
  page('/operator/pools/:poolId', () => import('./pages/pools/PoolPage')),
  page('/operator/audit', () => import('./pages/audit/AuditPage')),
];

export const routes: RouteObject[] = [
  {
    ErrorBoundary: CrashPage,
    HydrateFallback: PageSkeleton,
    children: [
      { path: '/', element: <Navigate to={paths.servers()} replace /> },
      { Component: PublicFrame, children: [{ ErrorBoundary: CrashPage, children: publicPages }] },
      {
        Component: RequireSession,
        children: [
          {
            Component: Frame,
            children: [
              {
                ErrorBoundary: CrashPage,
                children: [
                  ...customerPages,
                  { element: <RequireRole who="staff" />, children: staffPages },
                  { element: <RequireRole who="operator" />, children: operatorPages },
                  { path: '*', Component: NotFoundPage },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
];
