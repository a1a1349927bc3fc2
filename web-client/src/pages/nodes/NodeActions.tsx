/** What operators do with a node. */
import { type Node, Nodes } from '@hostler/client';
import { Button } from '@mantine/core';
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
import { paths } from '@/paths';

import { EditNode } from './EditNode';
import { EnrolDialog } from './EnrolDialog';

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
        <EditNode node={node} onClose={edit.close} />
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
