import { Avatar, Menu, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { useMe } from '@/api/me';
import { useSignOut } from '@/api/useSignOut';
import { paths } from '@/paths';

import { ColorSchemeSwitch } from './ColorSchemeSwitch';
import { LanguageSwitch } from './LanguageSwitch';

export function UserMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  const name = me?.displayName || me?.email || '';
  return (
    <Menu position="bottom-end" width={260} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={t('frame.userMenu', { name })}>
          <Avatar radius="xl" size={36} color="petrol" name={name} />
        </UnstyledButton>
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
