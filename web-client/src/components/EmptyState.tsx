/** In place of a list that is empty: why it is, and what to do next. */
import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  readonly icon: Icon;
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
  /** Where it is all there is of the page, its title is the page's. */
  readonly wholePage?: boolean;
}

export function EmptyState({ icon: Picture, title, text, action, wholePage = false }: Props) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <Picture size={28} stroke={1.5} />
      </ThemeIcon>
      <Title order={wholePage ? 1 : 2} size="h4" mt="xs">
        {title}
      </Title>
      <Text c="dimmed" maw={420} style={{ textWrap: 'balance' }}>
        {text}
      </Text>
      {action !== undefined && <div style={{ marginBlockStart: 8 }}>{action}</div>}
    </Stack>
  );
}
