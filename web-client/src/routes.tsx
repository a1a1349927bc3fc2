/** Every page of the web client. Each is loaded when it is first visited. */
import type { ComponentType } from 'react';
import { Navigate, type RouteObject } from 'react-router';

import { CrashPage } from './frame/CrashPage';
import { Frame } from './frame/Frame';
import { NotFoundPage } from './frame/NotFoundPage';
import { PageSkeleton } from './frame/PageSkeleton';
import { PublicFrame } from './frame/PublicFrame';
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

/** Wrap each in `RequireRole`. */
const operatorPages: RouteObject[] = [];

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
                children: [...customerPages, ...operatorPages, { path: '*', Component: NotFoundPage }],
              },
            ],
          },
        ],
      },
    ],
  },
];
