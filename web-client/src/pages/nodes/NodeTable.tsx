/** Nodes in a table, for those who have many. */
import type { Node, NodeStats } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { shareOf } from '@/api/stats';
import { EntityName } from '@/components/EntityName';
import { type Column, RecordTable } from '@/components/RecordTable';
import { Time } from '@/components/Time';
import { useFormat } from '@/format/useFormat';
import { paths } from '@/paths';
import { NodeStateBadge } from '@/staff/NodeStateBadge';

import { NodeRates } from './NodeRates';

interface Props {
  readonly nodes: readonly Node[];
  readonly stats: ReadonlyMap<string, NodeStats>;
}

export function NodeTable({ nodes, stats }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const fresh = (node: Node) => {
    const found = stats.get(node.id);
    return found?.stale === false ? found : undefined;
  };
  const percent = (share: number | undefined) => (share === undefined ? '–' : format.percent(share));
  const columns: Column<Node>[] = [
    {
      label: t('nodes.columns.name'),
      cell: ({ id, displayName }) => <EntityName name={displayName} to={paths.node(id)} />,
    },
    { label: t('nodes.columns.state'), cell: ({ state }) => <NodeStateBadge state={state} /> },
    { label: t('nodes.columns.cpu'), cell: (node) => percent(fresh(node)?.sample?.cpuRatio) },
    {
      label: t('nodes.columns.memory'),
      cell: (node) => {
        const sample = fresh(node)?.sample;
        return percent(shareOf(sample?.memoryBytes, sample?.memoryLimitBytes));
      },
    },
    { label: t('nodes.columns.disk'), cell: (node) => percent(fresh(node)?.fullestDiskRatio) },
    { label: t('nodes.columns.network'), cell: (node) => <NodeRates sample={fresh(node)?.sample} /> },
    { label: t('nodes.columns.system'), cell: ({ facts }) => facts?.operatingSystem ?? '–' },
    { label: t('nodes.columns.seen'), cell: ({ seenTime }) => <Time value={seenTime} /> },
  ];
  return <RecordTable label={t('nodes.title')} columns={columns} rows={nodes} rowKey={({ id }) => id} />;
}
