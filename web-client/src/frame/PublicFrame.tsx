/** Around the pages for everybody: a card in the middle, and the choice of language and colours. */
import { Anchor, Box, Center, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, Outlet } from 'react-router';

import { Logo } from '@/components/Logo';
import { paths } from '@/paths';

import { ColorSchemeSwitch } from './ColorSchemeSwitch';
import { LanguageSwitch } from './LanguageSwitch';

export function PublicFrame() {
  const { t } = useTranslation();
  return (
    <Box bg="var(--hostler-frame)" mih="100dvh">
      <Center component="main" mih="calc(100dvh - 64px)" p="md">
        <Stack w="100%" maw={420} gap="lg">
          <Anchor
            component={Link}
            to={paths.signIn()}
            underline="never"
            c="inherit"
            aria-label={t('frame.home')}
          >
            <Group justify="center" gap="sm">
              <Logo size={36} />
              <Text fw={700} fz={24}>
                Hostler
              </Text>
            </Group>
          </Anchor>
          <Paper withBorder shadow="xs" p={{ base: 'lg', xs: 'xl' }} radius="lg">
            <Outlet />
          </Paper>
        </Stack>
      </Center>
      <Group component="footer" justify="center" gap="sm" h={64} px="md">
        <LanguageSwitch />
        <ColorSchemeSwitch />
      </Group>
    </Box>
  );
}
