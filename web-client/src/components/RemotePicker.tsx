/** Chooses one of more things than a page may hold: what is typed is looked for on the server. */
import { Loader, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { type Labelled, labelling } from './labelling';

interface Props extends Labelled {
  readonly value: string;
  readonly onChange: (value: string | undefined) => void;
  /** What was found, the chosen one included. */
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly searching: boolean;
}

export function RemotePicker(props: Props) {
  const { label, labelled = false, value, onChange, choices, typed, onType, searching } = props;
  const { t } = useTranslation();
  return (
    <Select
      flex="1 1 220px"
      maw={labelled ? undefined : { sm: 320 }}
      {...labelling({ label, labelled })}
      placeholder={labelled ? undefined : label}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('common.clearFilters') }}
      // The server has filtered already.
      filter={({ options }) => options}
      data={choices}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchValue={typed}
      onSearchChange={onType}
      nothingFoundMessage={searching ? t('common.loading') : t('common.noMatch')}
      rightSection={searching ? <Loader size={16} /> : undefined}
    />
  );
}
