/** Every page of the web client. Each is loaded when it is first visited, with the texts that it says. */
import type { i18n } from 'i18next';
import type { ComponentType } from 'react';
import { matchPath, Navigate, Outlet, type RouteObject } from 'react-router';

import type { ApiAccess } from './api/access';
import { CrashPage } from './frame/CrashPage';
import { NotFoundPage } from './frame/NotFoundPage';
import { PageSkeleton } from './frame/PageSkeleton';
import { RequireSession } from './frame/RequireSession';
import type { Area } from './i18n/areas';
import { needTexts } from './i18n/i18n';
import { paths } from './paths';

type Load = () => Promise<{ default: ComponentType }>;

interface Page {
  readonly path: string;
  readonly load: Load;
}

function page(path: string, load: Load): Page {
  return { path, load };
}

/** What strangers see first: it is drawn without the API layer, which it asks for itself. */
const signInPages: Page[] = [page('/sign-in', () => import('./pages/auth/SignInPage'))];

const publicPages: Page[] = [
  page('/sign-up', () => import('./pages/auth/SignUpPage')),
  page('/verify-email', () => import('./pages/auth/VerifyEmailPage')),
  page('/forgot-password', () => import('./pages/auth/ForgotPasswordPage')),
  page('/reset-password', () => import('./pages/auth/ResetPasswordPage')),
];

/** Whether the page at this address is for those who have not signed in as well. */
export function isForEverybody(pathname: string): boolean {
  return [...signInPages, ...publicPages].some(({ path }) => matchPath(path, pathname) !== null);
}

/** The page that most people see first: it has no texts beside the core. */
const listPages: Page[] = [page('/servers', () => import('./pages/servers/ServersPage'))];

const customerPages: Page[] = [
  page('/servers/new', () => import('./pages/new-server/NewServerPage')),
  page('/servers/:id', () => import('./pages/server/ServerPage')),
  page('/alerts', () => import('./pages/alerts/AlertsPage')),
  page('/rules', () => import('./pages/rules/RulesPage')),
  page('/rules/new', () => import('./pages/rules/NewRulePage')),
  page('/rules/:ruleId', () => import('./pages/rules/RulePage')),
  page('/channels', () => import('./pages/channels/ChannelsPage')),
  page('/channels/new', () => import('./pages/channels/NewChannelPage')),
  page('/channels/:channelId', () => import('./pages/channels/ChannelPage')),
  page('/notifications', () => import('./pages/inbox/InboxPage')),
  page('/account', () => import('./pages/account/AccountPage')),
];

/** What support may see, too. */
const staffPages: Page[] = [
  page('/operator', () => import('./pages/operator/OverviewPage')),
  page('/operator/users', () => import('./pages/users/UsersPage')),
  page('/operator/users/:userId', () => import('./pages/users/UserPage')),
  page('/operator/tariffs', () => import('./pages/tariffs/TariffsPage')),
  page('/operator/systems', () => import('./pages/systems/SystemsPage')),
  page('/operator/pools', () => import('./pages/pools/PoolsPage')),
  page('/operator/hypervisors', () => import('./pages/hypervisors/HypervisorsPage')),
  page('/operator/hypervisors/:name', () => import('./pages/hypervisors/HypervisorPage')),
  page('/operator/nodes', () => import('./pages/nodes/NodesPage')),
  page('/operator/nodes/:nodeId', () => import('./pages/nodes/NodePage')),
  page('/operator/operations', () => import('./pages/operations/OperationsPage')),
  page('/operator/operations/:operationId', () => import('./pages/operations/OperationPage')),
];

const operatorPages: Page[] = [
  page('/operator/tariffs/new', () => import('./pages/tariffs/NewTariffPage')),
  page('/operator/tariffs/:tariffId', () => import('./pages/tariffs/TariffPage')),
  page('/operator/systems/new', () => import('./pages/systems/NewSystemPage')),
  page('/operator/systems/:systemId', () => import('./pages/systems/SystemPage')),
  page('/operator/pools/new', () => import('./pages/pools/NewPoolPage')),
  page('/operator/pools/:poolId', () => import('./pages/pools/PoolPage')),
  page('/operator/audit', () => import('./pages/audit/AuditPage')),
];

/** The texts may still be on their way: pages wait for them. */
export function routesWith(texts: i18n | Promise<i18n>, access: ApiAccess): RouteObject[] {
  /** Pages in chunks of their own, and the texts of their areas, fetched at the same time. */
  const chunks = (pages: readonly Page[], ...areas: Area[]): RouteObject[] =>
    pages.map(({ path, load }) => ({
      path,
      lazy: async () => {
        const allTexts = async () => needTexts(await texts, areas);
        const [{ default: Component }] = await Promise.all([load(), allTexts()]);
        return { Component };
      },
    }));

  /** Around pages that call: the API layer comes at the same time. */
  const withApi = async () => {
    const [{ ApiProvider }, api] = await Promise.all([import('./api/layer'), access.load()]);
    return {
      element: (
        <ApiProvider api={api}>
          <Outlet />
        </ApiProvider>
      ),
    };
  };

  const requireRole = (who: 'staff' | 'operator') => async () => {
    const { RequireRole } = await import('./frame/RequireRole');
    return { element: <RequireRole who={who} /> };
  };

  return [
    {
      ErrorBoundary: CrashPage,
      HydrateFallback: PageSkeleton,
      children: [
        { path: '/', element: <Navigate to={paths.servers()} replace /> },
        {
          lazy: async () => ({ Component: (await import('./frame/PublicFrame')).PublicFrame }),
          children: [
            {
              ErrorBoundary: CrashPage,
              children: [...chunks(signInPages), { lazy: withApi, children: chunks(publicPages) }],
            },
          ],
        },
        {
          lazy: withApi,
          children: [
            {
              Component: RequireSession,
              children: [
                {
                  lazy: async () => ({ Component: (await import('./frame/Frame')).Frame }),
                  children: [
                    {
                      ErrorBoundary: CrashPage,
                      children: [
                        ...chunks(listPages),
                        ...chunks(customerPages, 'customer'),
                        {
                          lazy: requireRole('staff'),
                          children: chunks(staffPages, 'customer', 'staff'),
                        },
                        {
                          lazy: requireRole('operator'),
                          children: chunks(operatorPages, 'customer', 'staff'),
                        },
                        { path: '*', Component: NotFoundPage },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ];
}
