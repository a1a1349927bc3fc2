import { Avatar, UnstyledButton, type UnstyledButtonProps, VisuallyHidden } from '@mantine/core';
import type { ComponentPropsWithRef } from 'react';
import { useTranslation } from 'react-i18next';

import { nameOf, useMe } from '@/api/me';

type Props = UnstyledButtonProps & Omit<ComponentPropsWithRef<'button'>, keyof UnstyledButtonProps>;

/** The popover gives it what such a button has, its reference included. */
export function UserMenuButton(props: Props) {
  const { t } = useTranslation();
  const name = nameOf(useMe());
  return (
    <UnstyledButton aria-haspopup="dialog" {...props}>
      <VisuallyHidden>{t('frame.userMenu', { name })}</VisuallyHidden>
      <Avatar aria-hidden radius="xl" size={36} color="petrol" name={name} />
    </UnstyledButton>
  );
}
