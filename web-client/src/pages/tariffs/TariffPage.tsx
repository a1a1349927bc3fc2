/** One tariff: to change it, retire it or delete it. For operators. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Catalog, type Tariff } from '@hostler/client';
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

import { TariffForm } from './TariffForm';
import { MASK, tariffOf, valuesOf } from './tariffValues';

export default function TariffPage() {
  const { tariffId = '' } = useParams();
  const query = useQuery(Catalog.method.getTariff, { tariffId });
  if (query.isPending) return <PageSkeleton />;
  const tariff = query.data?.tariff;
  if (!tariff) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Editor
      key={tariff.id}
      first={tariff}
      refetch={async () => (await query.refetch({ throwOnError: true })).data?.tariff}
    />
  );
}

interface Props {
  readonly first: Tariff;
  readonly refetch: () => Promise<Tariff | undefined>;
}

function Editor({ first, refetch }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const { base, setBase, reload } = useEdited(first, refetch);
  const update = useMutation(Catalog.method.updateTariff, {
    onSuccess: ({ tariff }) => {
      invalidate(Catalog.method.listTariffs, Catalog.method.getTariff);
      setBase(tariff);
    },
  });
  const remove = useMutation(Catalog.method.deleteTariff, {
    onSuccess: () => {
      invalidate(Catalog.method.listTariffs);
      void navigate(paths.tariffs());
    },
  });
  const { id, name, state, etag } = base;
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
                  tariff: { id, state: next },
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
              onDelete={() => remove.mutateAsync({ tariffId: id, requestId: newRequestId() })}
            />
          </>
        }
      />
      <Text c="dimmed" my="md">
        {t('catalog.tariffs.editHint')}
      </Text>
      <TariffForm
        key={etag}
        initial={valuesOf(base)}
        label={t('common.save')}
        onReload={reload}
        send={async (values) => {
          await update.mutateAsync({
            tariff: { id, ...tariffOf(values) },
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
