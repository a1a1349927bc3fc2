import { timestampDate } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { type ApiToken, Auth } from '@hostler/client';
import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { ConfirmByName } from '@/components/ConfirmByName';
import { useToasts } from '@/components/toast';
import { useFormat } from '@/format/useFormat';

import { scopeKey } from './scopes';

interface Props {
  readonly token: ApiToken;
  readonly onDeleted: () => void;
}

export function TokenRow({ token, onDeleted }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const toasts = useToasts();
  const [now] = useState(Date.now);
  const [asking, { open, close }] = useDisclosure(false);
  const revoke = useMutation(Auth.method.revokeApiToken, {
    onError: (error) => toasts.failure(error),
    // One that was gone already is no longer listed either.
    onSettled: onDeleted,
  });
  const { name, createTime, lastUsedTime, expireTime } = token;
  const expired = expireTime !== undefined && timestampDate(expireTime).getTime() < now;
  return (
    <Paper component="li" withBorder p="sm" radius="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} flex="1 1 240px" miw={0}>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed" ff="monospace">
              {`${token.prefix}…`}
            </Text>
            {expired && (
              <Badge color="red" variant="light" tt="none">
                {t('account.tokens.expired')}
              </Badge>
            )}
          </Group>
          <Text size="sm">
            {token.scopes
              .map((scope) => {
                const key = scopeKey(scope);
                return key ? t(key) : scope;
              })
              .join(' · ')}
          </Text>
          <Text size="sm" c="dimmed">
            {[
              createTime && t('account.tokens.created', { when: format.dateTime(createTime) }),
              lastUsedTime
                ? t('account.tokens.used', { when: format.relative(lastUsedTime) })
                : t('account.tokens.neverUsed'),
              expireTime
                ? t('account.tokens.expires', { when: format.dateTime(expireTime) })
                : t('account.tokens.neverExpires'),
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Stack>
        <Button
          size="xs"
          variant="light"
          color="red"
          aria-label={t('account.tokens.deleteNamed', { name })}
          loading={revoke.isPending}
          onClick={open}
        >
          {t('account.tokens.delete')}
        </Button>
      </Group>
      <ConfirmByName
        opened={asking}
        onClose={close}
        title={t('account.tokens.deleteTitle', { name })}
        name={name}
        action={t('account.tokens.delete')}
        onConfirm={() => {
          close();
          revoke.mutate({ apiTokenId: token.id, requestId: newRequestId() });
        }}
      >
        {t('account.tokens.deleteText')}
      </ConfirmByName>
    </Paper>
  );
}
