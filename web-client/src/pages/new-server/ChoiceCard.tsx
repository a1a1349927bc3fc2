/** One of several things to choose from, as a card that is a radio button: the arrow keys move between the cards. */
import { Group, Radio, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly value: string;
  readonly title: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function ChoiceCard({ value, title, disabled = false, children }: Props) {
  return (
    <Radio.Card
      value={value}
      disabled={disabled}
      p="md"
      radius="md"
      // A button centres what is in it; cards of one row begin at the same height.
      style={{
        display: 'flex',
        alignItems: 'flex-start',
        ...(disabled && { opacity: 0.6, cursor: 'not-allowed' }),
      }}
    >
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator disabled={disabled} />
        <Stack gap={4} miw={0}>
          <Text fw={600}>{title}</Text>
          {children}
        </Stack>
      </Group>
    </Radio.Card>
  );
}
