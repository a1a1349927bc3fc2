/** Which servers a rule is about. */
import { Input, NativeSelect, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ServerPicker } from '@/components/ServerPicker';

import type { RuleFormPart } from './ruleFormType';

export function SubjectFields({ form }: RuleFormPart) {
  const { t } = useTranslation();
  const { subjects, serverId } = form.values;
  const { error } = form.getInputProps('serverId') as { error?: string };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NativeSelect
        label={t('rules.form.subjects')}
        data={[
          { value: 'all', label: t('rules.allServers') },
          { value: 'one', label: t('rules.form.oneServer') },
        ]}
        {...form.getInputProps('subjects')}
      />
      {subjects === 'one' && (
        <div>
          <ServerPicker
            labelled
            value={serverId}
            onChange={(id) => form.setFieldValue('serverId', id ?? '')}
          />
          {error !== undefined && (
            <Input.Error role="alert" mt={4}>
              {error}
            </Input.Error>
          )}
        </div>
      )}
    </SimpleGrid>
  );
}
