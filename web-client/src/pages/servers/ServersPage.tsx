/** All servers that the person may see, live. */
import { Button, Group } from '@mantine/core';
import { IconPlus, IconSearchOff, IconServer } from '@tabler/icons-react';
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { isStaff, useMe } from '@/api/me';
import { useServers } from '@/api/servers';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { useFormat } from '@/format/useFormat';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { paths } from '@/paths';

import { listServers } from './serverList';
import { ServerFilters } from './ServerFilters';
import { ServerTable } from './ServerTable';
import { useListOptions } from './useListOptions';

export default function ServersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { servers, complete, error, retry } = useServers();
  const { options, setQuery, setState, setSort, setOwner, clear } = useListOptions();
  const { query, owner, state, sort } = options;
  const me = useMe();
  const seesOthers = me !== undefined && isStaff(me);
  // Typing and scrolling go before a list that is being sorted anew.
  const all = useDeferredValue(servers);
  const shown = useMemo(
    () =>
      listServers(all.values(), {
        query,
        owner,
        state,
        sort: { key: sort.key, descending: sort.descending },
      }),
    [all, query, owner, state, sort.key, sort.descending],
  );

  if (servers.size === 0) {
    if (error !== undefined) return <ErrorState error={error} onRetry={retry} />;
    if (!complete) return <PageSkeleton />;
  }
  const count = t('servers.count', { count: servers.size, formatted: format.number(servers.size) });
  const create = (
    <Button component={Link} to={paths.newServer()} leftSection={<IconPlus size={18} aria-hidden />}>
      {t('servers.create')}
    </Button>
  );
  const filtered = shown.length !== servers.size;
  return (
    <>
      <PageHeader
        title={t('servers.title')}
        description={
          <span role="status">
            {filtered
              ? t('servers.shown', { shown: format.number(shown.length), total: format.number(servers.size) })
              : count}
          </span>
        }
        actions={servers.size > 0 ? create : undefined}
      />
      {servers.size === 0 ? (
        <EmptyState
          icon={IconServer}
          title={t('servers.empty.title')}
          text={t('servers.empty.text')}
          action={create}
        />
      ) : (
        <>
          <ServerFilters
            options={options}
            setQuery={setQuery}
            setState={setState}
            setSort={setSort}
            setOwner={seesOthers ? setOwner : undefined}
          />
          {shown.length === 0 ? (
            <EmptyState
              icon={IconSearchOff}
              title={t('servers.nothingFound.title')}
              text={t('servers.nothingFound.text')}
              action={
                <Group justify="center">
                  <Button variant="light" onClick={clear}>
                    {t('common.clearFilters')}
                  </Button>
                </Group>
              }
            />
          ) : (
            <ServerTable servers={shown} sort={options.sort} setSort={setSort} withOwners={seesOthers} />
          )}
        </>
      )}
    </>
  );
}
