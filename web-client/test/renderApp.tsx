/**
 * Renders the whole client at an address, on a router transport: the interceptors, the session and the streams are the real ones, and
 * the test says how the server answers.
 */
import { type ConnectRouter, createRouterTransport } from '@connectrpc/connect';
import { render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { createMemoryRouter } from 'react-router';

import { type Api, createApi } from '@/api/api';
import { App } from '@/App';
import { startI18n } from '@/i18n/i18n';
import type { Language } from '@/i18n/languages';
import { routesWith } from '@/routes';

interface Options {
  readonly at: string;
  /** The services that the page will call. */
  readonly server: (router: ConnectRouter) => void;
  readonly language?: Language;
  /** False starts without a session; true, the default, takes one up as a reload does. */
  readonly signedIn?: boolean;
}

export async function renderApp({ at, server, language = 'en', signedIn = true }: Options) {
  if (signedIn) localStorage.setItem('hostler.signed-in', '1');
  const api: Api = createApi((interceptors) =>
    createRouterTransport(server, { transport: { interceptors } }),
  );
  const i18n = await startI18n(language);
  const router = createMemoryRouter(routesWith(i18n), { initialEntries: [at] });
  const user = userEvent.setup();
  const screen = render(<App api={api} i18n={i18n} router={router} />);
  return { ...screen, api, router, user };
}
