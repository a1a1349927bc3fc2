/** What the pages of signing up and in share: a title, the content, and a line of links below. */
import { Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

export function AuthPage({ title, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Hostler`;
  }, [title]);
  return (
    <Stack>
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
