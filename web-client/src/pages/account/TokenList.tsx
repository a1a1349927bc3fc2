/** Tokens for programs. A new one is shown once, and kept nowhere. */
import { createConnectQueryKey, useInfiniteQuery } from '@connectrpc/connect-query';
import { Auth, type User } from '@hostler/client';
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isStaff } from '@/api/me';
import { BY_PAGE_TOKEN } from '@/api/pages';
import { Dialog } from '@/components/Dialog';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { MoreButton } from '@/components/MoreButton';
import { Panel } from '@/components/Panel';
import { SecretDialog } from '@/components/SecretDialog';

import { TokenForm } from './TokenForm';
import { TokenRow } from './TokenRow';

export function TokenList({ me }: { readonly me: User }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [asking, { open, close }] = useDisclosure(false);
  const [made, setMade] = useState<{ readonly name: string; readonly secret: string }>();
  const query = useInfiniteQuery(Auth.method.listApiTokens, { pageToken: '' }, BY_PAGE_TOKEN);
  const tokens = query.data?.pages.flatMap((page) => page.apiTokens);
  const reread = () =>
    queryClient.invalidateQueries({
      queryKey: createConnectQueryKey({ schema: Auth.method.listApiTokens, cardinality: undefined }),
    });
  const create = <Button onClick={open}>{t('account.tokens.create')}</Button>;
  return (
    <Panel title={t('account.tokens.title')} actions={tokens && tokens.length > 0 ? create : undefined}>
      <Text size="sm" c="dimmed">
        {t('account.tokens.text')}
      </Text>
      {tokens === undefined ? (
        query.error ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton h={120} />
        )
      ) : tokens.length === 0 ? (
        <EmptyState
          icon={IconKey}
          title={t('account.tokens.empty.title')}
          text={t('account.tokens.empty.text')}
          action={create}
        />
      ) : (
        <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onDeleted={() => void reread()} />
          ))}
        </Stack>
      )}
      <MoreButton query={query} />
      <Dialog opened={asking} onClose={close} title={t('account.tokens.create')} size="lg">
        <TokenForm
          staff={isStaff(me)}
          onClose={close}
          onMade={(name, secret) => {
            close();
            setMade({ name, secret });
            void reread();
          }}
        />
      </Dialog>
      <SecretDialog
        secret={made?.secret}
        title={t('account.tokens.secretTitle')}
        text={t('account.tokens.secretText')}
        label={t('account.tokens.secretLabel', { name: made?.name ?? '' })}
        onClose={() => setMade(undefined)}
      />
    </Panel>
  );
}
