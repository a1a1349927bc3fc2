/** Chooses a node by its name. For pages of the staff. */
import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useNodes } from '@/api/nodes';

interface Props {
  readonly label: string;
  /** What to say while none is chosen. */
  readonly placeholder?: string;
  /** A node's id; empty for none. */
  readonly value: string;
  readonly error?: string | undefined;
  readonly onChange: (nodeId: string) => void;
}

/** Nobody reads more at a time; typing finds the others. */
const SHOWN = 50;

export function NodePicker({ label, placeholder, value, error, onChange }: Props) {
  const { t } = useTranslation();
  const { nodes, complete } = useNodes();
  const choices = [...nodes.values()].map(({ id, displayName }) => ({ value: id, label: displayName }));
  if (value !== '' && !nodes.has(value)) choices.unshift({ value, label: value });
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clearFilters') }}
      limit={SHOWN}
      data={choices}
      value={value === '' ? null : value}
      error={error}
      onChange={(chosen) => onChange(chosen ?? '')}
      nothingFoundMessage={complete ? t('common.noMatch') : t('common.loading')}
    />
  );
}
