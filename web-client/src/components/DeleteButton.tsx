/** Deletes something for good, after its name was typed. */
import { problemOf } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { ConfirmByName } from './ConfirmByName';
import { useToasts } from './toast';

interface Props {
  readonly name: string;
  readonly busy: boolean;
  /** What will be lost. */
  readonly text: string;
  /** What can be done in its place when it is in use. */
  readonly inUse?: string;
  readonly onDelete: () => Promise<unknown>;
}

export function DeleteButton({ name, busy, text, inUse, onDelete }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [opened, { open, close }] = useDisclosure(false);
  const confirmed = async () => {
    try {
      await onDelete();
      toasts.success(t('common.deleted', { name }));
    } catch (error) {
      if (inUse !== undefined && problemOf(error).reason === 'IN_USE') toasts.warning(name, inUse);
      else toasts.failure(error);
      close();
    }
  };
  return (
    <>
      <Button variant="light" color="red" onClick={open}>
        {t('common.delete')}
      </Button>
      <ConfirmByName
        opened={opened}
        onClose={close}
        title={t('common.deleteTitle', { name })}
        name={name}
        action={t('common.delete')}
        busy={busy}
        onConfirm={() => void confirmed()}
      >
        {text}
      </ConfirmByName>
    </>
  );
}
