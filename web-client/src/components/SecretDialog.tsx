/** Shows a secret once. It closes by its one button only: a slip of the hand must not lose what nobody can show again. */
import { Button, Group, Modal, Paper, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { CopyButton } from './CopyButton';

interface Props {
  /** Undefined keeps the dialog closed. */
  readonly secret: string | undefined;
  readonly title: string;
  readonly text: string;
  /** What the secret is. */
  readonly label: string;
  /** What the button says; "Close" without. */
  readonly action?: string;
  readonly onClose: () => void;
}

export function SecretDialog({ secret, title, text, label, action, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      centered
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack>
        <Text size="sm">{text}</Text>
        <div>
          <Text size="sm" fw={500} mb={4} id={id}>
            {label}
          </Text>
          <Paper withBorder px="sm" py={6} role="group" aria-labelledby={id}>
            <Group wrap="nowrap" justify="space-between" gap="xs">
              <Text component="code" ff="monospace" style={{ userSelect: 'all', overflowWrap: 'anywhere' }}>
                {secret}
              </Text>
              {secret !== undefined && <CopyButton value={secret} label={t('common.copy')} />}
            </Group>
          </Paper>
        </div>
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose}>
            {action ?? t('common.close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
