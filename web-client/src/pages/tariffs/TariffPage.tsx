/** One tariff: to change it, retire it or delete it. For operators. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog } from '@hostler/client';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { useClient } from '@/api/useClient';
import { PageHeader } from '@/components/PageHeader';
import { paths } from '@/paths';
import { CatalogStateBadge } from '@/staff/CatalogStateBadge';
import { Editor } from '@/forms/Editor';
import { EntryActions } from '@/staff/EntryActions';

import { TariffForm } from './TariffForm';
import { MASK, tariffOf, valuesOf } from './tariffValues';

export default function TariffPage() {
  const { t } = useTranslation();
  const { tariffId = '' } = useParams();
  const client = useClient(Catalog);
  const query = useQuery(Catalog.method.getTariff, { tariffId });
  return (
    <Editor
      query={query}
      entry={query.data?.tariff}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.tariff}
      update={async (tariff: ReturnType<typeof tariffOf>, change) =>
        (await client.updateTariff({ tariff, ...change })).tariff
      }
      remove={(id, requestId) => client.deleteTariff({ tariffId: id, requestId })}
      list={Catalog.method.listTariffs}
      get={Catalog.method.getTariff}
      back={paths.tariffs()}
    >
      {(edits) => (
        <>
          <PageHeader
            title={edits.entry.name}
            description={<CatalogStateBadge state={edits.entry.state} />}
            actions={<EntryActions name={edits.entry.name} edits={edits} />}
          />
          <Text c="dimmed" my="md">
            {t('catalog.tariffs.editHint')}
          </Text>
          <TariffForm
            key={edits.entry.etag}
            initial={valuesOf(edits.entry)}
            label={t('common.save')}
            onReload={edits.reload}
            send={async (values) => {
              await edits.update(tariffOf(values), MASK);
              edits.saved(values.name);
            }}
          />
        </>
      )}
    </Editor>
  );
}
