/** What stands around all pages. Tests render it with an API, a language and a router of their own. */
import { MantineProvider } from '@mantine/core';
import type { i18n as I18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import { type DataRouter, RouterProvider } from 'react-router';

import type { Api } from './api/api';
import { ApiProvider } from './api/ApiProvider';
import { Toasts } from './frame/Toasts';
import { cssVariables, theme } from './theme/theme';

interface Props {
  readonly api: Api;
  readonly i18n: I18n;
  readonly router: DataRouter;
}

export function App({ api, i18n, router }: Props) {
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <ApiProvider api={api}>
          <Toasts />
          <RouterProvider router={router} />
        </ApiProvider>
      </MantineProvider>
    </I18nextProvider>
  );
}
