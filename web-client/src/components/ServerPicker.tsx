/** Chooses a server by its name. */
import { useQuery } from '@connectrpc/connect-query';
import { Servers } from '@hostler/client';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { RemotePicker } from './RemotePicker';

interface Props {
  /** A server's id; empty for none. */
  readonly value: string;
  readonly onChange: (serverId: string | undefined) => void;
  readonly labelled?: boolean;
}

const TYPING = 200;
const SHOWN = 20;

export function ServerPicker({ value, onChange, labelled = false }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim().slice(0, 63), TYPING);
  const found = useQuery(
    Servers.method.listServers,
    { query, pageSize: SHOWN },
    { placeholderData: keepPreviousData },
  );
  const chosen = useQuery(Servers.method.getServer, { serverId: value }, { enabled: value !== '' });
  const choices = (found.data?.servers ?? []).map((server) => ({ value: server.id, label: server.name }));
  if (value !== '' && !choices.some((choice) => choice.value === value)) {
    choices.unshift({ value, label: chosen.data?.server?.name ?? value });
  }
  return (
    <RemotePicker
      label={t('common.pickServer')}
      labelled={labelled}
      value={value}
      onChange={onChange}
      choices={choices}
      typed={typed}
      onType={setTyped}
      searching={found.isFetching}
    />
  );
}
