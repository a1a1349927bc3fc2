import type { AlertSubjects } from '@hostler/client';

import type { RuleTarget } from '@/alerting/metric';

/** What kind of thing a rule is about. */
export function targetOf(subjects: AlertSubjects | undefined): RuleTarget {
  switch (subjects?.subjects.case) {
    case 'allNodes':
    case 'nodeId':
    case 'nodeLabels':
      return 'node';
    case 'containers':
      return 'container';
    case 'allServers':
    case 'serverId':
    case undefined:
      return 'server';
  }
}
