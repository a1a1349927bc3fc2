/** A field to search by. What it tells settles a moment after the last key: browsers refuse to change the address too often. */
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';

import { type Labelled, labelling } from './labelling';

interface Props extends Labelled {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Milliseconds; a search that asks the server waits a little longer. */
  readonly settleAfter?: number;
}

export function SearchField({ label, labelled = false, value, onChange, settleAfter = 120 }: Props) {
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  const settle = useDebouncedCallback((text: string) => {
    setSent(text);
    onChange(text);
  }, settleAfter);
  // "Clear filters" and the browser's back change the value beside the field.
  if (sent !== value) {
    setSent(value);
    setTyped(value);
  }
  return (
    <TextInput
      flex="1 1 240px"
      {...labelling({ label, labelled })}
      placeholder={labelled ? undefined : label}
      type="search"
      leftSection={<IconSearch size={18} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        settle(event.currentTarget.value);
      }}
      // Who leaves the field is about to go somewhere: told later, the search would turn them back.
      onBlur={() => settle.flush()}
    />
  );
}
