/** Bars an account, or lets it in again. */
import { useMutation } from '@connectrpc/connect-query';
import { type User, Users, UserState } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { Confirm } from '@/components/Confirm';
import { useToasts } from '@/components/toast';

interface Props {
  readonly user: User;
  readonly onChanged: (user: User | undefined) => void;
}

export function SuspendButton({ user, onChanged }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const invalidate = useInvalidate();
  const [opened, { open, close }] = useDisclosure(false);
  const suspended = user.state === UserState.SUSPENDED;
  const { email } = user;
  const change = useMutation(Users.method.updateUser, {
    onSuccess: (answer) => {
      invalidate(Users.method.listUsers, Users.method.getUser);
      onChanged(answer.user);
      toasts.success(t(suspended ? 'users.activated' : 'users.suspended', { email }));
    },
    onError: (error) => toasts.failure(error),
    onSettled: close,
  });
  return (
    <>
      <Button variant={suspended ? 'filled' : 'light'} color={suspended ? 'petrol' : 'red'} onClick={open}>
        {t(suspended ? 'users.activate' : 'users.suspend')}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t(suspended ? 'users.activateTitle' : 'users.suspendTitle', { email })}
        action={t(suspended ? 'users.activate' : 'users.suspend')}
        color={suspended ? 'petrol' : 'red'}
        busy={change.isPending}
        // Whatever else has changed meanwhile, the account is to be barred: no etag.
        onConfirm={() =>
          change.mutate({
            user: { id: user.id, state: suspended ? UserState.ACTIVE : UserState.SUSPENDED },
            updateMask: { paths: ['state'] },
            requestId: newRequestId(),
          })
        }
      >
        {t(suspended ? 'users.activateText' : 'users.suspendText')}
      </Confirm>
    </>
  );
}
