/** Chooses an account by its address. For pages of the staff. */
import { useQuery } from '@connectrpc/connect-query';
import { Users } from '@hostler/client';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useEmailOf } from '@/api/directory';

import { RemotePicker } from './RemotePicker';

interface Props {
  /** An account's id; empty for none. */
  readonly value: string;
  readonly onChange: (userId: string | undefined) => void;
  readonly labelled?: boolean;
}

const TYPING = 200;
const SHOWN = 20;

export function UserPicker({ value, onChange, labelled = false }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [email] = useDebouncedValue(typed.trim().slice(0, 254), TYPING);
  const found = useQuery(
    Users.method.listUsers,
    { email, pageSize: SHOWN },
    { placeholderData: keepPreviousData, staleTime: 60_000 },
  );
  const chosen = useEmailOf(value);
  const choices = (found.data?.users ?? []).map((user) => ({ value: user.id, label: user.email }));
  if (value !== '' && !choices.some((choice) => choice.value === value)) {
    choices.unshift({ value, label: chosen ?? value });
  }
  return (
    <RemotePicker
      label={t('common.pickUser')}
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
