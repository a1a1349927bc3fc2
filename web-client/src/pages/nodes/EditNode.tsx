/** Changes what operators say of a node. */
import { type Node, Nodes } from '@hostler/client';
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useNodes } from '@/api/nodes';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { labelLines, labelsOf } from '@/forms/nodeLabels';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';

import { machineOf, machineText } from './nodeList';

interface Values {
  readonly name: string;
  readonly labels: string;
  readonly machine: string;
}

function valuesOf(node: Node): Values {
  return {
    name: node.displayName,
    labels: labelLines(node.labels).join('\n'),
    machine: machineText(node),
  };
}

export function EditNode({ node, onClose }: { readonly node: Node; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Nodes);
  const { put } = useNodes();
  // The node itself goes on changing under the form.
  const [read, setRead] = useState(node);
  const api = useApiForm<Values>({
    mode: 'controlled',
    initialValues: valuesOf(read),
    validate: {
      name: required(t),
      labels: (text) => (labelsOf(text) === undefined ? t('nodes.enrol.labelsWrong') : null),
      machine: (text) =>
        text.trim() !== '' && machineOf(text) === undefined ? t('nodes.edit.machineWrong') : null,
    },
    fieldNames: {
      'node.display_name': 'name',
      'node.labels': 'labels',
      'node.hypervisor_node.hypervisor': 'machine',
      'node.hypervisor_node.node': 'machine',
    },
    send: async ({ name, labels, machine }) => {
      const before = valuesOf(read);
      const paths = [
        ...(name === before.name ? [] : ['display_name']),
        ...(labels === before.labels ? [] : ['labels']),
        ...(machine === before.machine ? [] : ['hypervisor_node']),
      ];
      if (paths.length > 0) {
        const { node: changed } = await client.updateNode({
          node: {
            id: read.id,
            displayName: name.trim(),
            labels: labelsOf(labels) ?? {},
            hypervisorNode: machineOf(machine),
          },
          updateMask: { paths },
          etag: read.etag,
          requestId: newRequestId(),
        });
        if (changed) put(changed);
      }
      toasts.success(t('nodes.edit.saved'));
      onClose();
    },
  });
  const { form, submitting, onSubmit } = api;
  // The stream may not have told yet what the refusal was about.
  const reload = async () => {
    try {
      const { node: latest } = await client.getNode({ nodeId: read.id });
      if (!latest) return;
      put(latest);
      setRead(latest);
      form.setValues(valuesOf(latest));
    } catch (error) {
      toasts.failure(error);
    }
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <TextInput
          data-autofocus
          label={t('nodes.edit.name')}
          maxLength={100}
          {...form.getInputProps('name')}
        />
        <Textarea
          autosize
          label={t('nodes.enrol.labels')}
          description={t('nodes.enrol.labelsHint')}
          {...form.getInputProps('labels')}
        />
        <TextInput
          label={t('nodes.edit.machine')}
          description={t('nodes.edit.machineHint')}
          maxLength={130}
          {...form.getInputProps('machine')}
        />
        <ConflictNotice api={api} onReload={() => void reload()} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={submitting}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
