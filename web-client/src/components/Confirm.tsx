/** Asks before something that can be taken back; what cannot asks by `ConfirmByName`. */
import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from './Dialog';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will follow. */
  readonly children: ReactNode;
  /** What the button says. */
  readonly action: string;
  readonly color?: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

export function Confirm({
  opened,
  onClose,
  title,
  children,
  action,
  color = 'petrol',
  busy,
  onConfirm,
}: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button color={color} loading={busy ?? false} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
