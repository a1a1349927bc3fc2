/** One operating system: to change it, retire it or delete it. For operators. */
import { useQuery } from '@connectrpc/connect-query';
import { Catalog, type OperatingSystem } from '@hostler/client';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';

import { useClient } from '@/api/useClient';
import { PageHeader } from '@/components/PageHeader';
import { paths } from '@/paths';
import { CatalogStateBadge } from '@/staff/CatalogStateBadge';
import { Editor } from '@/forms/Editor';
import { EntryActions } from '@/staff/EntryActions';

import { SystemForm } from './SystemForm';
import { MASK, systemOf, valuesOf } from './systemValues';

export default function SystemPage() {
  const { t } = useTranslation();
  const { systemId = '' } = useParams();
  const client = useClient(Catalog);
  const query = useQuery(Catalog.method.getOperatingSystem, { operatingSystemId: systemId });
  return (
    <Editor
      query={query}
      entry={query.data?.operatingSystem}
      reread={async () => (await query.refetch({ throwOnError: true })).data?.operatingSystem}
      update={async (operatingSystem: ReturnType<typeof systemOf>, change) =>
        (await client.updateOperatingSystem({ operatingSystem, ...change })).operatingSystem
      }
      remove={(id, requestId) => client.deleteOperatingSystem({ operatingSystemId: id, requestId })}
      list={Catalog.method.listOperatingSystems}
      get={Catalog.method.getOperatingSystem}
      back={paths.systems()}
    >
      {(edits) => (
        <>
          <PageHeader
            title={nameOf(edits.entry)}
            description={<CatalogStateBadge state={edits.entry.state} />}
            actions={<EntryActions name={nameOf(edits.entry)} edits={edits} />}
          />
          <Text c="dimmed" my="md">
            {t('catalog.systems.editHint')}
          </Text>
          <SystemForm
            key={edits.entry.etag}
            initial={valuesOf(edits.entry)}
            label={t('common.save')}
            onReload={edits.reload}
            send={async (values) => {
              await edits.update(systemOf(values), MASK);
              edits.saved(values.name);
            }}
          />
        </>
      )}
    </Editor>
  );
}

function nameOf({ name, version }: OperatingSystem): string {
  return `${name} ${version}`;
}
