/** The way to the notifications. How many are unread, and the newest of them, come after the frame. */
import { ActionIcon } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { paths } from '@/paths';

import { useLater } from './useLater';

const loadLive = () => import('./LiveInboxBell');

export function InboxBell() {
  return <Bell Live={useLater(loadLive)} />;
}

function Bell({ Live }: { readonly Live: ComponentType | undefined }) {
  const { t } = useTranslation();
  if (Live) return <Live />;
  return (
    <ActionIcon
      component={Link}
      to={paths.inbox()}
      variant="default"
      size={36}
      aria-label={t('frame.inbox.title')}
    >
      <IconBell size={18} aria-hidden />
    </ActionIcon>
  );
}
