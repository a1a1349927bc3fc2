/** Copies a value, and says how to do it by hand where the browser does not let a page. */
import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { copyText } from './clipboard';
import { useToasts } from './toast';

const SHOWN = 2_000;

interface Props {
  readonly value: string;
  /** What is copied, for readers of screens. */
  readonly label: string;
}

export function CopyButton({ value, label }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (button: HTMLElement) => {
    if (await copyText(value, button)) setCopied(true);
    else toasts.warning(t('common.copyFailed'), t('common.copyByHand'));
  };
  const Picture = copied ? IconCheck : IconCopy;
  const name = copied ? t('common.copied') : label;
  return (
    <ActionIcon
      variant="subtle"
      size="md"
      aria-label={name}
      title={name}
      onClick={(event) => void copy(event.currentTarget)}
    >
      <Picture size={16} aria-hidden />
    </ActionIcon>
  );
}
