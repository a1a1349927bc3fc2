/** Lets only those who are signed in to the pages inside; others sign in first and come back to where they wanted to go. */
import { Center, Loader, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';

import { useSessionState } from '@/api/AccessContext';
import { paths } from '@/paths';

export function RequireSession() {
  const { t } = useTranslation();
  const state = useSessionState();
  const { pathname, search } = useLocation();
  switch (state) {
    case 'signed-in':
      return <Outlet />;
    case 'signed-out':
      return <Navigate to={paths.signIn(pathname + search)} replace />;
    case 'starting':
      return (
        <Center h="100dvh">
          <Stack align="center" role="status">
            <Loader type="dots" />
            <Text c="dimmed">{t('frame.starting')}</Text>
          </Stack>
        </Center>
      );
  }
}
