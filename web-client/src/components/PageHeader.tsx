/** The head of every page: its title (which is the tab's too), what it is about, and what can be done. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface Props {
  readonly title: string;
  readonly description?: ReactNode;
  /** Buttons on the right. */
  readonly actions?: ReactNode;
}

export function PageHeader({ title, description, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Hostler`;
  }, [title]);
  return (
    <Group component="header" justify="space-between" align="flex-start" gap="sm">
      <Stack gap={2} miw={0}>
        <Title order={1}>{title}</Title>
        {description !== undefined && (
          <Text c="dimmed" component="div">
            {description}
          </Text>
        )}
      </Stack>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  );
}
