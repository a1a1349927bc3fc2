/** The containers of a machine, live. */
import type { Container, Node } from '@hostler/client';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconBox, IconSearchOff } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useOperates } from '@/api/me';
import { type KnownContainers, useNodeContainers } from '@/api/nodeContainers';
import { ChoiceFilter } from '@/components/ChoiceFilter';
import { EmptyState } from '@/components/EmptyState';
import { ErrorState } from '@/components/ErrorState';
import { SearchField } from '@/components/SearchField';
import { useFormat } from '@/format/useFormat';
import { PageSkeleton } from '@/frame/PageSkeleton';
import { useSearchState } from '@/frame/useSearchState';
import { CONTAINER_STATES, containerState } from '@/staff/containerState';

import { listContainers } from './containerList';
import { ContainerTable } from './ContainerTable';
import { PullImage } from './PullImage';

/** So many at first: figures of thousands would be drawn every few seconds for nobody. */
const SHOWN = 100;

export function NodeContainers({ node }: { readonly node: Node }) {
  const operates = useOperates();
  const { known, error, retry } = useNodeContainers(node.id);
  if (known === undefined)
    return error === undefined ? <PageSkeleton /> : <ErrorState error={error} onRetry={retry} />;
  return (
    <Stack>
      {error !== undefined && <ErrorState error={error} onRetry={retry} />}
      <Trouble known={known} />
      {operates && <PullImage node={node} />}
      {known.containers.size === 0 ? <Nothing known={known} /> : <Shown node={node} known={known} />}
    </Stack>
  );
}

function Trouble({ known: { problem, stale, containers } }: { readonly known: KnownContainers }) {
  const { t } = useTranslation();
  return (
    <>
      {problem !== '' && (
        <Alert color="red" title={t('nodes.containers.problem')}>
          {problem}
        </Alert>
      )}
      {stale && containers.size > 0 && <Alert color="gray">{t('nodes.containers.stale')}</Alert>}
    </>
  );
}

function Nothing({ known: { engine, problem } }: { readonly known: KnownContainers }) {
  const { t } = useTranslation();
  if (problem !== '') return null;
  return (
    <EmptyState
      icon={IconBox}
      title={t(engine ? 'nodes.containers.empty.title' : 'nodes.containers.unknown.title')}
      text={t(engine ? 'nodes.containers.empty.text' : 'nodes.containers.unknown.text')}
    />
  );
}

interface ShownProps {
  readonly node: Node;
  readonly known: KnownContainers;
}

function Shown({ node, known: { engine, stale, containers } }: ShownProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { get, set, clear } = useSearchState();
  const [whole, setWhole] = useState(false);
  const query = get('q');
  const state = CONTAINER_STATES.find((one) => containerState(one)[0] === get('state'));
  const fitting: readonly Container[] = useMemo(
    () => listContainers(containers.values(), { query, state, language: i18n.language }),
    [containers, query, state, i18n.language],
  );
  const rows = whole ? fitting : fitting.slice(0, SHOWN);
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t('nodes.shown', { shown: format.number(fitting.length), total: format.number(containers.size) })}
        {engine && ` · ${engine.name} ${engine.version}`}
      </Text>
      <Group gap="sm">
        <SearchField label={t('nodes.containers.search')} value={query} onChange={(text) => set('q', text)} />
        <ChoiceFilter
          label={t('nodes.state')}
          any={t('nodes.anyState')}
          value={state === undefined ? undefined : containerState(state)[0]}
          choices={CONTAINER_STATES.map((one) => {
            const [name] = containerState(one);
            return { value: name, label: t(`nodes.containers.states.${name}`) };
          })}
          onChange={(name) => set('state', name)}
        />
      </Group>
      {fitting.length === 0 ? (
        <EmptyState
          icon={IconSearchOff}
          title={t('nodes.containers.nothing.title')}
          text={t('nodes.nothing.text')}
          action={
            <Button variant="light" onClick={clear}>
              {t('common.clearFilters')}
            </Button>
          }
        />
      ) : (
        <ContainerTable node={node} containers={rows} stale={stale} />
      )}
      {rows.length < fitting.length && (
        <Button variant="default" onClick={() => setWhole(true)}>
          {t('nodes.containers.all', { total: format.number(fitting.length) })}
        </Button>
      )}
    </>
  );
}
