/** Ctrl-K: jump to a page or a server, or do something. Servers are asked for by name, so that thousands need not be here. */
import { useQuery } from '@connectrpc/connect-query';
import { Servers } from '@hostler/client';
import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import '@mantine/spotlight/styles.css';
import {
  Spotlight,
  spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight';
import {
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconServer,
  IconSun,
} from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useMe } from '@/api/me';
import { useSignOut } from '@/api/useSignOut';
import { serverStateKey } from '@/components/serverState';
import { LANGUAGE_NAMES, LANGUAGES } from '@/i18n/languages';
import { useLanguage } from '@/i18n/useLanguage';
import { paths } from '@/paths';

import { sectionsFor } from './sections';

/** While somebody types the server is left alone for so long. */
const TYPING = 150;
const MOST_SERVERS = 8;

interface Props {
  /** How often it has been asked for: each time it opens. */
  readonly asked: number;
}

export default function CommandPalette({ asked }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  useEffect(() => spotlight.open(), [asked]);
  const groups = [...useServerGroup(query), ...usePageGroup(), ...useActionGroup()];
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      // The frame listens: this is loaded when it is first asked for.
      shortcut={null}
      nothingFound={t('frame.palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': t('frame.palette.open') } }}
      // What scrolls can be scrolled by keyboard.
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      searchProps={{
        leftSection: <IconSearch size={20} aria-hidden />,
        placeholder: t('frame.palette.placeholder'),
        'aria-label': t('frame.palette.placeholder'),
      }}
    />
  );
}

function useServerGroup(typed: string): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query] = useDebouncedValue(typed.trim().slice(0, 63), TYPING);
  const { data } = useQuery(
    Servers.method.listServers,
    { query, pageSize: MOST_SERVERS },
    { enabled: query !== '', placeholderData: keepPreviousData },
  );
  if (query === '' || !data?.servers.length) return [];
  return [
    {
      group: t('frame.palette.servers'),
      actions: data.servers.map(({ id, name, state }): SpotlightActionData => ({
        id: `server-${id}`,
        label: name,
        description: t(serverStateKey(state)),
        leftSection: <IconServer size={20} stroke={1.6} aria-hidden />,
        onClick: () => void navigate(paths.server(id)),
      })),
    },
  ];
}

function usePageGroup(): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const items = sectionsFor(useMe()).flatMap((section) => section.items);
  return [
    {
      group: t('frame.palette.pages'),
      actions: items.map(({ path, label, icon: Picture }) => ({
        id: `page-${path}`,
        label: t(label),
        leftSection: <Picture size={20} stroke={1.6} aria-hidden />,
        onClick: () => void navigate(path),
      })),
    },
  ];
}

function useActionGroup(): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const { language, setLanguage } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const languages = LANGUAGES.filter((other) => other !== language).map((other) => ({
    id: `language-${other}`,
    label: `${t('frame.language')}: ${LANGUAGE_NAMES[other]}`,
    leftSection: <IconLanguage size={20} stroke={1.6} aria-hidden />,
    onClick: () => void setLanguage(other),
  }));
  return [
    {
      group: t('frame.palette.actions'),
      actions: [
        {
          id: 'new-server',
          label: t('servers.create'),
          leftSection: <IconPlus size={20} stroke={1.6} aria-hidden />,
          onClick: () => void navigate(paths.newServer()),
        },
        {
          id: 'light',
          label: t('frame.palette.switchTo', { name: t('frame.light') }),
          leftSection: <IconSun size={20} stroke={1.6} aria-hidden />,
          onClick: () => setColorScheme('light'),
        },
        {
          id: 'dark',
          label: t('frame.palette.switchTo', { name: t('frame.dark') }),
          leftSection: <IconMoon size={20} stroke={1.6} aria-hidden />,
          onClick: () => setColorScheme('dark'),
        },
        ...languages,
        {
          id: 'sign-out',
          label: t('frame.signOut'),
          leftSection: <IconLogout size={20} stroke={1.6} aria-hidden />,
          onClick: signOut,
        },
      ],
    },
  ];
}
