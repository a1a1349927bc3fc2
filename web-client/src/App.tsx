/** What stands around all pages. Tests render it with a way to an API, a language and a router of their own. */
import { MantineProvider } from '@mantine/core';
import type { i18n as I18n } from 'i18next';
import { I18nextProvider } from 'react-i18next';
import { type DataRouter, RouterProvider } from 'react-router';

import type { ApiAccess } from './api/access';
import { AccessProvider } from './api/AccessProvider';
import { Toasts } from './frame/Toasts';
import { cssVariables, theme } from './theme/theme';

interface Props {
  readonly access: ApiAccess;
  readonly i18n: I18n;
  readonly router: DataRouter;
}

export function App({ access, i18n, router }: Props) {
  return (
    <I18nextProvider i18n={i18n}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <AccessProvider access={access}>
          <Toasts />
          <RouterProvider router={router} />
        </AccessProvider>
      </MantineProvider>
    </I18nextProvider>
  );
}
