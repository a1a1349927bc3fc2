/** What operators do with a node. */
import { type Node, Nodes } from '@hostler/client';
import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { useNodes } from '@/api/nodes';
import { newRequestId } from '@/api/requestId';
import { useClient } from '@/api/useClient';
import { Confirm } from '@/components/Confirm';
import { DeleteButton } from '@/components/DeleteButton';
import { Dialog } from '@/components/Dialog';
import { useToasts } from '@/components/toast';
import { ConflictNotice } from '@/forms/ConflictNotice';
import { required } from '@/forms/rules';
import { useApiForm } from '@/forms/useApiForm';
import { paths } from '@/paths';

import { EnrolDialog } from './EnrolDialog';
import { labelLines, labelsOf } from './nodeList';

export function NodeActions({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useClient(Nodes);
  const [removing, setRemoving] = useState(false);
  const [editing, edit] = useDisclosure(false);
  const [enrolling, enrol] = useDisclosure(false);
  const remove = async () => {
    setRemoving(true);
    try {
      await client.deleteNode({ nodeId: node.id, etag: node.etag, requestId: newRequestId() });
      await navigate(paths.nodes());
    } finally {
      setRemoving(false);
    }
  };
  return (
    <>
      <Button variant="default" onClick={edit.open}>
        {t('nodes.edit.action')}
      </Button>
      <Button variant="default" onClick={enrol.open}>
        {t('nodes.enrol.again')}
      </Button>
      <RevokeButton node={node} />
      <DeleteButton name={node.displayName} busy={removing} text={t('nodes.deleteText')} onDelete={remove} />
      <Dialog opened={editing} onClose={edit.close} title={t('nodes.edit.title')}>
        <EditForm node={node} onClose={edit.close} />
      </Dialog>
      <EnrolDialog opened={enrolling} onClose={enrol.close} node={node} />
    </>
  );
}

function RevokeButton({ node }: { readonly node: Node }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Nodes);
  const { put } = useNodes();
  const [asking, { open, close }] = useDisclosure(false);
  const [busy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      const { node: revoked } = await client.revokeNode({
        nodeId: node.id,
        etag: node.etag,
        requestId: newRequestId(),
      });
      if (revoked) put(revoked);
      toasts.success(t('nodes.revoke.done'));
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
      close();
    }
  };
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('nodes.revoke.action')}
      </Button>
      <Confirm
        opened={asking}
        onClose={close}
        title={t('nodes.revoke.title', { name: node.displayName })}
        action={t('nodes.revoke.action')}
        color="red"
        busy={busy}
        onConfirm={() => void revoke()}
      >
        {t('nodes.revoke.text')}
      </Confirm>
    </>
  );
}

function valuesOf({ displayName, labels }: Node) {
  return { name: displayName, labels: labelLines(labels).join('\n') };
}

function EditForm({ node, onClose }: { readonly node: Node; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const client = useClient(Nodes);
  const { put } = useNodes();
  // The node itself goes on changing under the form.
  const [read, setRead] = useState(node);
  const api = useApiForm<{ name: string; labels: string }>({
    mode: 'controlled',
    initialValues: valuesOf(read),
    validate: {
      name: required(t),
      labels: (text) => (labelsOf(text) === undefined ? t('nodes.enrol.labelsWrong') : null),
    },
    fieldNames: { 'node.display_name': 'name', 'node.labels': 'labels' },
    send: async ({ name, labels }) => {
      const before = valuesOf(read);
      const paths = [
        ...(name === before.name ? [] : ['display_name']),
        ...(labels === before.labels ? [] : ['labels']),
      ];
      if (paths.length > 0) {
        const { node: changed } = await client.updateNode({
          node: { id: read.id, displayName: name.trim(), labels: labelsOf(labels) ?? {} },
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
  const reload = () => {
    setRead(node);
    form.setValues(valuesOf(node));
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
        <ConflictNotice api={api} onReload={reload} />
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
