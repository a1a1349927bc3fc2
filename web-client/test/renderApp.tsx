/**
 * Renders the whole client at an address, on a router transport: the interceptors, the session and the streams are the real ones, and
 * the test says how the server answers.
 */
// The most of what a page needs is there before the time of a test runs: a busy machine takes long to compile it.
import '@/frame/Frame';

import { type ConnectRouter, createRouterTransport } from '@connectrpc/connect';
import { notifications } from '@mantine/notifications';
import { render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { createMemoryRouter, matchRoutes, type RouteObject } from 'react-router';

import { ApiAccess } from '@/api/access';
import { type Api, createApi } from '@/api/api';
import { App } from '@/App';
import { startI18n } from '@/i18n/i18n';
import type { Language } from '@/i18n/languages';
import { routesWith } from '@/routes';

interface Options {
  readonly at: string;
  /** Other pages that the test comes to. */
  readonly leadsTo?: readonly string[];
  /** The services that the page will call. */
  readonly server: (router: ConnectRouter) => void;
  readonly language?: Language;
  /** False starts without a session; true, the default, takes one up as a reload does. */
  readonly signedIn?: boolean;
}

export async function renderApp({ at, leadsTo = [], server, language = 'en', signedIn = true }: Options) {
  // News belong to no page: those of the test before would pass for this one's.
  notifications.clean();
  if (signedIn) localStorage.setItem('hostler.signed-in', '1');
  const api: Api = createApi((interceptors) =>
    createRouterTransport(server, { transport: { interceptors } }),
  );
  const access = new ApiAccess({ create: () => Promise.resolve(api), marks: localStorage });
  const i18n = await startI18n(language);
  const routes = routesWith(i18n, access);
  await Promise.all([at, ...leadsTo].map((address) => load(routes, address)));
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  const user = userEvent.setup();
  const screen = render(<App access={access} i18n={i18n} router={router} />);
  return { ...screen, api, router, user };
}

/** Has the chunk of the page at hand: what a test waits for is then what the page does, and not how fast its code is compiled. */
async function load(routes: RouteObject[], at: string): Promise<void> {
  const chunks = matchRoutes(routes, at)?.map(({ route: { lazy } }) => lazy) ?? [];
  await Promise.all(chunks.map(async (chunk) => typeof chunk === 'function' && (await chunk())));
}
