/** One operating system: to change it, retire it or delete it. For operators. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Catalog, type OperatingSystem } from '@hostler/client';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';

import { newRequestId } from '@/api/requestId';
import { useInvalidate } from '@/api/useInvalidate';
import { CatalogStateBadge } from '@/staff/CatalogStateBadge';
import { DeleteButton } from '@/staff/DeleteButton';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { RetireButton } from '@/staff/RetireButton';
import { useToasts } from '@/components/toast';
import { useEdited } from '@/forms/useEdited';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { SystemForm } from './SystemForm';
import { MASK, systemOf, valuesOf } from './systemValues';

export default function SystemPage() {
  const { systemId = '' } = useParams();
  const query = useQuery(Catalog.method.getOperatingSystem, { operatingSystemId: systemId });
  if (query.isPending) return <PageSkeleton />;
  const system = query.data?.operatingSystem;
  if (!system) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Editor
      key={system.id}
      first={system}
      refetch={async () => (await query.refetch({ throwOnError: true })).data?.operatingSystem}
    />
  );
}

interface Props {
  readonly first: OperatingSystem;
  readonly refetch: () => Promise<OperatingSystem | undefined>;
}

function Editor({ first, refetch }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const { base, setBase, reload } = useEdited(first, refetch);
  const update = useMutation(Catalog.method.updateOperatingSystem, {
    onSuccess: ({ operatingSystem }) => {
      invalidate(Catalog.method.listOperatingSystems, Catalog.method.getOperatingSystem);
      setBase(operatingSystem);
    },
  });
  const remove = useMutation(Catalog.method.deleteOperatingSystem, {
    onSuccess: () => {
      invalidate(Catalog.method.listOperatingSystems);
      void navigate(paths.systems());
    },
  });
  const { id, state, etag } = base;
  const name = `${base.name} ${base.version}`;
  return (
    <>
      <PageHeader
        title={name}
        description={<CatalogStateBadge state={state} />}
        actions={
          <>
            <RetireButton
              name={name}
              state={state}
              busy={update.isPending}
              onChange={(next) =>
                update.mutateAsync({
                  operatingSystem: { id, state: next },
                  updateMask: { paths: ['state'] },
                  etag,
                  requestId: newRequestId(),
                })
              }
            />
            <DeleteButton
              name={name}
              busy={remove.isPending}
              inUse={t('catalog.inUse')}
              onDelete={() => remove.mutateAsync({ operatingSystemId: id, requestId: newRequestId() })}
            />
          </>
        }
      />
      <Text c="dimmed" my="md">
        {t('catalog.systems.editHint')}
      </Text>
      <SystemForm
        key={etag}
        initial={valuesOf(base)}
        label={t('common.save')}
        onReload={reload}
        send={async (values) => {
          await update.mutateAsync({
            operatingSystem: { id, ...systemOf(values) },
            updateMask: { paths: MASK },
            etag,
            requestId: newRequestId(),
          });
          toasts.success(t('operator.saved', { name: values.name }));
        }}
      />
    </>
  );
}
