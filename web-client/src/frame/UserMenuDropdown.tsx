/**
 * What the button of the account opens: who is signed in, the language and the colours, and the way out. It is no menu to readers of
 * screens, for a menu may hold nothing but commands.
 */
import { Divider, NavLink, Popover, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { nameOf, useMe } from '@/api/me';
import { useSignOut } from '@/api/useSignOut';
import { paths } from '@/paths';

import { ColorSchemeSwitch } from './ColorSchemeSwitch';
import { LanguageSwitch } from './LanguageSwitch';
import { UserMenuButton } from './UserMenuButton';

export default function UserMenuDropdown() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  const name = nameOf(me);
  const [opened, { open, close, toggle }] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  // It was asked for before it was here. The focus was on the button that this one replaces, and comes back to it when it closes.
  useEffect(() => {
    button.current?.focus();
    open();
  }, [open]);
  return (
    <Popover
      position="bottom-end"
      width={260}
      withinPortal
      trapFocus
      returnFocus
      opened={opened}
      onChange={(next) => (next ? open() : close())}
    >
      <Popover.Target>
        <UserMenuButton ref={button} onClick={toggle} />
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={t('frame.userMenu', { name })}>
        <Stack gap={0} px="sm" py="xs">
          <Text fw={600} truncate>
            {name}
          </Text>
          {me?.displayName && (
            <Text size="sm" c="dimmed" truncate>
              {me.email}
            </Text>
          )}
        </Stack>
        <Divider my={4} />
        <Stack gap="xs" px="sm" py="xs">
          <LanguageSwitch />
          <ColorSchemeSwitch />
        </Stack>
        <Divider my={4} />
        <NavLink
          component={Link}
          to={paths.account()}
          label={t('frame.account')}
          leftSection={<IconUserCircle size={18} aria-hidden />}
          onClick={close}
        />
        <NavLink
          component="button"
          type="button"
          label={t('frame.signOut')}
          leftSection={<IconLogout size={18} aria-hidden />}
          onClick={signOut}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
