import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Auth } from '@hostler/client';
import { Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { FormFailure } from '@/forms/FormFailure';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { useFormat } from '@/format/useFormat';

import { scopeKey, scopesFor } from './scopes';

interface Props {
  readonly staff: boolean;
  readonly onClose: () => void;
  readonly onMade: (name: string, secret: string) => void;
}

const DAYS = [7, 30, 90, 365] as const;
const DAY = 86_400_000;
/** A token that nobody needs any more should end by itself. */
const USUAL_DAYS = '90';

export function TokenForm({ staff, onClose, onMade }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useClient(Auth);
  const { form, failure, submitting, onSubmit } = useApiForm<{
    name: string;
    scopes: string[];
    days: string;
  }>({
    mode: 'controlled',
    initialValues: { name: '', scopes: [], days: USUAL_DAYS },
    validate: {
      name: required(t),
      scopes: (scopes) => (scopes.length === 0 ? t('fields.atLeastOneScope') : null),
    },
    fieldNames: { expire_time: 'days' },
    send: async ({ name, scopes, days }) => {
      const { secret } = await client.createApiToken({
        name: name.trim(),
        scopes,
        ...(days !== '' && { expireTime: timestampFromMs(Date.now() + Number(days) * DAY) }),
        requestId: newRequestId(),
      });
      onMade(name.trim(), secret);
    },
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <FormFailure text={failure} />
        <TextInput
          data-autofocus
          label={t('account.tokens.name')}
          description={t('account.tokens.nameHint')}
          maxLength={64}
          {...form.getInputProps('name')}
        />
        <Checkbox.Group label={t('account.tokens.scopes')} {...form.getInputProps('scopes')}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" mt="xs" mb="xs">
            {scopesFor(staff).map((scope) => {
              const key = scopeKey(scope);
              return <Checkbox key={scope} value={scope} label={key ? t(key) : scope} description={scope} />;
            })}
          </SimpleGrid>
        </Checkbox.Group>
        <NativeSelect
          label={t('account.tokens.validFor')}
          description={form.values.days === '' ? t('account.tokens.foreverHint') : undefined}
          data={[
            ...DAYS.map((days) => ({
              value: String(days),
              label: t('account.tokens.days', { count: days, formatted: format.number(days) }),
            })),
            { value: '', label: t('account.tokens.forever') },
          ]}
          {...form.getInputProps('days')}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={submitting}>
            {t('account.tokens.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
