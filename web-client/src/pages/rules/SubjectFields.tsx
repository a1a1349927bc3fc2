/** Which servers, nodes or containers a rule is about. */
import { Input, NativeSelect, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { NodePicker } from '@/components/NodePicker';
import { ServerPicker } from '@/components/ServerPicker';

import type { RuleFormPart } from './ruleFormType';
import { aboutOthers, type SubjectChoice } from './ruleValues';

interface Props extends RuleFormPart {
  /** Whether it may be about nodes. */
  readonly nodes: boolean;
}

const OF_SERVERS: readonly SubjectChoice[] = ['all', 'one'];
const OF_ALL: readonly SubjectChoice[] = [...OF_SERVERS, 'nodes', 'node', 'labels', 'containers'];

export function SubjectFields({ form, nodes }: Props) {
  const { t } = useTranslation();
  const { subjects, serverId, nodeId } = form.values;
  const choices = nodes ? OF_ALL : OF_SERVERS;
  const { error } = form.getInputProps('serverId') as { error?: string };
  const node = form.getInputProps('nodeId') as { error?: string };
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NativeSelect
          label={t(nodes ? 'rules.form.about' : 'rules.form.subjects')}
          data={choices.map((value) => ({ value, label: t(`rules.subjects.${value}`) }))}
          {...form.getInputProps('subjects')}
          onChange={({ currentTarget }) => {
            const chosen = choices.find((choice) => choice === currentTarget.value);
            if (chosen) form.setValues(aboutOthers(form.values, chosen));
          }}
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
        {subjects === 'containers' && (
          <TextInput
            label={t('rules.form.namePattern')}
            description={t('rules.form.namePatternHint')}
            {...form.getInputProps('namePattern')}
          />
        )}
        {(subjects === 'node' || subjects === 'containers') && (
          <NodePicker
            label={t('rules.form.node')}
            {...(subjects === 'containers' && { placeholder: t('rules.form.anyNode') })}
            value={nodeId}
            error={node.error}
            onChange={(id) => form.setFieldValue('nodeId', id)}
          />
        )}
      </SimpleGrid>
      {(subjects === 'labels' || (subjects === 'containers' && nodeId === '')) && (
        <Textarea
          label={t('rules.form.labels')}
          description={t(`rules.form.${subjects === 'labels' ? 'labelsHint' : 'labelsOptionalHint'}`)}
          autosize
          minRows={2}
          {...form.getInputProps('labels')}
        />
      )}
    </>
  );
}
