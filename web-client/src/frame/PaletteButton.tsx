import { ActionIcon, Button, Kbd } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const SHORTCUT = 'Control+K Meta+K';

export function PaletteButton({ onOpen }: { readonly onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        c="dimmed"
        fw={400}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        aria-keyshortcuts={SHORTCUT}
        onClick={onOpen}
      >
        {t('frame.palette.open')}
      </Button>
      <ActionIcon
        hiddenFrom="sm"
        variant="default"
        size={36}
        aria-label={t('frame.palette.open')}
        aria-keyshortcuts={SHORTCUT}
        onClick={onOpen}
      >
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
    </>
  );
}
