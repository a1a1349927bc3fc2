/** The shell around the pages of those who are signed in. */
import { AppShell, Burger, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';

import { Logo } from '@/components/Logo';
import { paths } from '@/paths';

import { ConnectionNotice } from './ConnectionNotice';
import { InboxBell } from './InboxBell';
import { fetchAhead, lazily } from './lazily';
import { Navigation } from './Navigation';
import { OperationToasts } from './OperationToasts';
import { PaletteButton } from './PaletteButton';
import { UserMenu } from './UserMenu';

const CommandPalette = lazily(() => import('./CommandPalette'));
fetchAhead(() => import('./ToastList'));

export function Frame() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const [asked, setAsked] = useState(0);
  const askForPalette = () => setAsked((times) => times + 1);
  // Also while somebody types: a search field is no reason to get the browser's own Ctrl-K.
  useHotkeys([['mod+K', askForPalette]], []);
  const main = useFocusOnNavigation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip-link" href="#content" onClick={(event) => focusInstead(event, main.current)}>
        {t('frame.skipToContent')}
      </a>
      <AppShell.Header bg="var(--hostler-frame)">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t(opened ? 'frame.closeNavigation' : 'frame.openNavigation')}
              aria-expanded={opened}
            />
            <UnstyledButton component={Link} to={paths.servers()} aria-label={t('frame.home')}>
              <Group gap={10} wrap="nowrap">
                <Logo />
                <Text fw={700} size="lg" visibleFrom="xs">
                  Hostler
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <PaletteButton onOpen={askForPalette} />
            <InboxBell />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar bg="var(--hostler-frame)" aria-label={t('frame.navigation')}>
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1}>
        <ConnectionNotice />
        <Outlet />
      </AppShell.Main>
      {asked > 0 && (
        <Suspense fallback={null}>
          <CommandPalette asked={asked} />
        </Suspense>
      )}
      <OperationToasts />
    </AppShell>
  );
}

/** A new page is read from its beginning: without this the focus stays on the link that led to it. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return main;
}

/** The address stays as it is: what is after its # belongs to the pages. */
function focusInstead(event: { preventDefault: () => void }, element: HTMLElement | null) {
  event.preventDefault();
  element?.focus();
}
