/** Something that can be done with a server: what it is, why it cannot be done now, and its button. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { ParseKeys } from 'i18next';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly title: string;
  readonly text: string;
  readonly obstacle: Extract<ParseKeys, `server.obstacles.${string}`> | undefined;
  /** Makes the button; its description is the reason why it is off. */
  readonly button: (off: { disabled: boolean; 'aria-describedby': string }) => ReactNode;
  /** More to choose, below the text. */
  readonly children?: ReactNode;
}

export function ActionRow({ title, text, obstacle, button, children }: Props) {
  const { t } = useTranslation();
  const reason = useId();
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Stack gap={4} flex="1 1 260px">
        <Title order={3} size="h5">
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
        {children}
        <Text size="sm" id={reason} fw={500}>
          {obstacle && t(obstacle)}
        </Text>
      </Stack>
      {button({ disabled: obstacle !== undefined, 'aria-describedby': reason })}
    </Group>
  );
}
