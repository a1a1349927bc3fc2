/** All machines with an agent, live. */
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearchOff, IconServer2 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { useOperates } from '@/api/me';
import { useNodes } from '@/api/nodes';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { PageHeader } from '@/components/PageHeader';
import { SearchField } from '@/components/SearchField';
import { useFormat } from '@/format/useFormat';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { useSearchState } from '@/frame/useSearchState';
import { NODE_STATES, nodeState } from '@/staff/nodeState';

import { EnrolDialog } from './EnrolDialog';
import { NodeCards } from './NodeCards';
import { listNodes } from './nodeList';
import { NodeTable } from './NodeTable';
import { TokenPanel } from './TokenPanel';

export default function NodesPage() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const operates = useOperates();
  const { nodes, stats, complete, error, retry } = useNodes();
  const { get, set, clear } = useSearchState();
  const [enrolling, { open, close }] = useDisclosure(false);
  const query = get('q');
  const state = NODE_STATES.find((known) => nodeState(known)[0] === get('state'));
  const shown = useMemo(
    () => listNodes(nodes.values(), { query, state, language: i18n.language }),
    [nodes, query, state, i18n.language],
  );
  if (!complete) return error === undefined ? <PageSkeleton /> : <ErrorState error={error} onRetry={retry} />;
  const enrol = operates && <Button onClick={open}>{t('nodes.enrol.action')}</Button>;
  const asTable = get('view') === 'table';
  return (
    <Stack>
      <PageHeader
        title={t('nodes.title')}
        description={
          <span role="status">
            {nodes.size === 0
              ? t('nodes.text')
              : t('nodes.shown', { shown: format.number(shown.length), total: format.number(nodes.size) })}
          </span>
        }
        actions={nodes.size > 0 ? enrol : undefined}
      />
      {nodes.size === 0 ? (
        <EmptyState
          icon={IconServer2}
          title={t('nodes.empty.title')}
          text={t('nodes.empty.text')}
          action={enrol || undefined}
        />
      ) : (
        <>
          <Group gap="sm">
            <SearchField label={t('nodes.search')} value={query} onChange={(text) => set('q', text)} />
            <ChoiceFilter
              label={t('nodes.state')}
              any={t('nodes.anyState')}
              value={state === undefined ? undefined : nodeState(state)[0]}
              choices={NODE_STATES.map((known) => {
                const [name] = nodeState(known);
                return { value: name, label: t(`nodes.states.${name}`) };
              })}
              onChange={(name) => set('state', name)}
            />
            <SegmentedControl
              aria-label={t('nodes.view')}
              value={asTable ? 'table' : 'cards'}
              onChange={(view) => set('view', view === 'table' ? view : undefined)}
              data={[
                { value: 'cards', label: t('nodes.cards') },
                { value: 'table', label: t('nodes.table') },
              ]}
            />
          </Group>
          {shown.length === 0 ? (
            <EmptyState
              icon={IconSearchOff}
              title={t('nodes.nothing.title')}
              text={t('nodes.nothing.text')}
              action={
                <Button variant="light" onClick={clear}>
                  {t('common.clearFilters')}
                </Button>
              }
            />
          ) : asTable ? (
            <NodeTable nodes={shown} stats={stats} />
          ) : (
            <NodeCards nodes={shown} stats={stats} />
          )}
        </>
      )}
      {operates && <TokenPanel />}
      <EnrolDialog opened={enrolling} onClose={close} />
    </Stack>
  );
}
