import { type Server, Servers } from '@hostler/client';
import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { useAccepted } from '@/api/accepted';
import { useMe } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';

import { ActionRow } from './ActionRow';
import { obstacleTo } from './obstacles';

export function RenameForm({ server }: { readonly server: Server }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useClient(Servers);
  const accepted = useAccepted();
  const { form, failure, submitting, onSubmit } = useApiForm({
    initialValues: { name: server.name },
    validate: { name: required(t) },
    send: async ({ name }) => {
      const wanted = name.trim();
      const answer = await client.renameServer({
        serverId: server.id,
        name: wanted,
        requestId: newRequestId(),
      });
      accepted(answer, wanted);
    },
  });
  const obstacle = obstacleTo('rename', server, me);
  return (
    <form onSubmit={onSubmit} noValidate>
      <ActionRow
        title={t('server.manage.rename.title')}
        text={t('server.manage.rename.text')}
        obstacle={obstacle}
        button={(off) => (
          <Button {...off} type="submit" variant="default" loading={submitting}>
            {t('server.manage.rename.action')}
          </Button>
        )}
      >
        <FormFailure text={failure} />
        <TextInput
          mt={4}
          maw={360}
          label={t('server.manage.rename.label')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
          disabled={obstacle !== undefined}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
      </ActionRow>
    </form>
  );
}
