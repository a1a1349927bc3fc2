import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import type { ComponentPropsWithRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useUnread } from '@/api/inbox';

/** More than two digits say no more. */
const MOST = 99;

/** The popover gives it what such a button has, its reference included. */
export function InboxButton(props: Omit<ComponentPropsWithRef<'button'>, 'color' | 'style'>) {
  const { t } = useTranslation();
  const unread = useUnread();
  const count = unread > MOST ? `${MOST}+` : unread;
  return (
    <Indicator label={count} disabled={unread === 0} size={18} color="red" offset={4} zIndex={1}>
      <ActionIcon
        variant="default"
        size={36}
        aria-haspopup="dialog"
        aria-label={unread === 0 ? t('frame.inbox.none') : t('frame.inbox.unread', { count: unread })}
        {...props}
      >
        <IconBell size={18} aria-hidden />
      </ActionIcon>
    </Indicator>
  );
}
