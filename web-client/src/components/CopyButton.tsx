/** Copies a value. Pages without TLS have no clipboard: there is no button then, and the value can be selected. */
import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly value: string;
  /** What is copied, for readers of screens. */
  readonly label: string;
}

export function CopyButton({ value, label }: Props) {
  const { t } = useTranslation();
  const { copy, copied } = useClipboard({ timeout: 2_000 });
  if (!('clipboard' in navigator)) return null;
  const Picture = copied ? IconCheck : IconCopy;
  const name = copied ? t('common.copied') : label;
  return (
    <ActionIcon variant="subtle" size="md" aria-label={name} title={name} onClick={() => copy(value)}>
      <Picture size={16} aria-hidden />
    </ActionIcon>
  );
}
