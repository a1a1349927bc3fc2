/** What went wrong with a form beyond its single fields. Read out when it appears. */
import { Alert } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  readonly text: string | undefined;
  /** A way out of it, such as a button. */
  readonly children?: ReactNode;
}

export function FormFailure({ text, children }: Props) {
  if (text === undefined) return null;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertCircle size={20} aria-hidden />}>
      {text}
      {children}
    </Alert>
  );
}
