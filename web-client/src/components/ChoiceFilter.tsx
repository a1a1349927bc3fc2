/** One of a few values to filter by; the first choice is any of them. */
import { NativeSelect } from '@mantine/core';

import { type Labelled, labelling } from './labelling';

interface Props<Value extends string> extends Labelled {
  /** What the first choice is called. */
  readonly any: string;
  readonly value: Value | undefined;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value | undefined) => void;
}

export function ChoiceFilter<Value extends string>({
  label,
  labelled = false,
  any,
  value,
  choices,
  onChange,
}: Props<Value>) {
  return (
    <NativeSelect
      flex="1 0 140px"
      maw={labelled ? undefined : { sm: 220 }}
      {...labelling({ label, labelled })}
      value={value ?? ''}
      onChange={(event) =>
        onChange(choices.find((choice) => choice.value === event.currentTarget.value)?.value)
      }
      data={[{ value: '', label: any }, ...choices]}
    />
  );
}
