/** What the button of the account opens: who is signed in, the language and the colours, and the way out. */
import { Menu, Stack, Text } from '@mantine/core';
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
  const [opened, { open, toggle }] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  // It was asked for before it was here. The focus was on the button that this one replaces, and comes back to it when the menu closes.
  useEffect(() => {
    button.current?.focus();
    open();
  }, [open]);
  return (
    <Menu position="bottom-end" width={260} withinPortal opened={opened} onChange={toggle}>
      <Menu.Target>
        <UserMenuButton ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
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
        <Menu.Divider />
        <Stack gap="xs" px="sm" py="xs">
          <LanguageSwitch />
          <ColorSchemeSwitch />
        </Stack>
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to={paths.account()}
          leftSection={<IconUserCircle size={18} aria-hidden />}
        >
          {t('frame.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={signOut}>
          {t('frame.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
