/** What a rule is about, in a few words. */
import type { AlertSubjects, ContainerSubjects } from '@hostler/client';
import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { NodeName } from '@/components/NodeName';
import { ServerName } from '@/components/ServerName';
import { labelLines } from '@/forms/nodeLabels';

export function RuleSubjects({ subjects }: { readonly subjects: AlertSubjects | undefined }) {
  const { t } = useTranslation();
  const about = subjects?.subjects;
  switch (about?.case) {
    case 'serverId':
      return <ServerName serverId={about.value} />;
    case 'allNodes':
      return t('rules.subjects.nodes');
    case 'nodeId':
      return <NodeName nodeId={about.value} />;
    case 'nodeLabels':
      return t('rules.nodesWith', { labels: labelLines(about.value.labels).join(', ') });
    case 'containers':
      return <Containers about={about.value} />;
    case 'allServers':
    case undefined:
      return t('rules.subjects.all');
  }
}

function Containers({ about }: { readonly about: ContainerSubjects }) {
  const { t } = useTranslation();
  const { namePattern, nodeId, nodeLabels } = about;
  const labels = labelLines(nodeLabels);
  return (
    <Group gap={6}>
      <span>{t('rules.containersLike', { pattern: namePattern })}</span>
      {nodeId !== '' && <NodeName nodeId={nodeId} />}
      {labels.length > 0 && <span>{t('rules.nodesWith', { labels: labels.join(', ') })}</span>}
    </Group>
  );
}
