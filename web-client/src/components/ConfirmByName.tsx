/** Asks for the name of what is about to be destroyed. Failures of what follows are told by a toast: the dialog is gone by then. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Dialog } from './Dialog';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will be lost. */
  readonly children: ReactNode;
  /** What has to be typed. */
  readonly name: string;
  /** What the button says, such as "Delete". */
  readonly action: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

export function ConfirmByName(props: Props) {
  const { opened, onClose, title } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Question {...props} />
    </Dialog>
  );
}

/** In a component of its own: it is made anew, and empty, each time the dialog opens. */
function Question({ onClose, children, name, action, busy, onConfirm }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const right = typed.trim() === name;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (right) onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <TextInput
          data-autofocus
          label={t('common.typeToConfirm', { name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color="red" disabled={!right} loading={busy ?? false}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
