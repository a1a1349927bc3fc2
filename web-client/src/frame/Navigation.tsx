import { Box, NavLink, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

import { useMe } from '@/api/me';

import { sectionsFor } from './sections';

export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Box flex={1} style={{ overflowY: 'auto' }}>
      <Stack gap="lg" p="xs">
        {sectionsFor(useMe()).map(({ label, items }) => (
          <section key={label} aria-label={t(label)}>
            <Text size="xs" fw={600} c="dimmed" px="sm" pb={6} aria-hidden>
              {t(label)}
            </Text>
            {items.map(({ path, label: name, icon: Picture, exact = false }) => {
              const active = pathname === path || (!exact && pathname.startsWith(`${path}/`));
              return (
                <NavLink
                  key={path}
                  component={Link}
                  to={path}
                  label={t(name)}
                  leftSection={<Picture size={20} stroke={1.6} aria-hidden />}
                  active={active}
                  aria-current={active ? 'page' : undefined}
                  onClick={onNavigate}
                  style={{ borderRadius: 'var(--mantine-radius-md)' }}
                />
              );
            })}
          </section>
        ))}
      </Stack>
    </Box>
  );
}
