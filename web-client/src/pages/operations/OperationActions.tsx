/** Retrying what is stuck and cancelling what is at work, for those who may. */
import { useMutation } from '@connectrpc/connect-query';
import { type Operation, Operations, OperationState } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { useMe, useOperates } from '@/api/me';
import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { Confirm } from '@/components/Confirm';
import { useToasts } from '@/components/toast';

export function OperationActions({ operation }: { readonly operation: Operation }) {
  const operates = useOperates();
  const own = useMe()?.id === operation.ownerId;
  const { state, cancelRequested } = operation;
  const cancellable = state === OperationState.PENDING || state === OperationState.RUNNING;
  if (operates && state === OperationState.STUCK) return <Retry operation={operation} />;
  // Support looks and changes nothing, but what is their own.
  if ((operates || own) && cancellable && !cancelRequested) return <Cancel operation={operation} />;
  return null;
}

/** The answers come without steps: the operation is read anew. */
function useChanged(): () => void {
  const invalidate = useInvalidate();
  return () => invalidate(Operations.method.getOperation, Operations.method.listOperations);
}

function Retry({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const changed = useChanged();
  const retry = useMutation(Operations.method.retryOperation, {
    onSuccess: () => toasts.success(t('operationPages.retried')),
    onError: (error) => toasts.failure(error),
    onSettled: changed,
  });
  return (
    <Button
      loading={retry.isPending}
      onClick={() => retry.mutate({ operationId: operation.id, requestId: newRequestId() })}
    >
      {t('operationPages.retry')}
    </Button>
  );
}

function Cancel({ operation }: { readonly operation: Operation }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const changed = useChanged();
  const [opened, { open, close }] = useDisclosure(false);
  const cancel = useMutation(Operations.method.cancelOperation, {
    onSuccess: () => toasts.success(t('operationPages.cancelAsked')),
    onError: (error) => toasts.failure(error),
    onSettled: () => {
      changed();
      close();
    },
  });
  return (
    <>
      <Button variant="light" color="red" onClick={open}>
        {t('operationPages.cancel')}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('operationPages.cancelTitle')}
        action={t('operationPages.cancel')}
        color="red"
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate({ operationId: operation.id, requestId: newRequestId() })}
      >
        {t('operationPages.cancelText')}
      </Confirm>
    </>
  );
}
