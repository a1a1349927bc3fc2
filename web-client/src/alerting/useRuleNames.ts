/** Names of rules by their ids; empty for no rule, and the id itself where the rule is gone. */
import { useQuery } from '@connectrpc/connect-query';
import { AlertRules } from '@hostler/client';
import { useCallback } from 'react';

import { LARGEST_PAGE } from '@/api/pages';

export function useRuleNames(): (ruleId: string) => string {
  const { data } = useQuery(
    AlertRules.method.listAlertRules,
    { pageSize: LARGEST_PAGE },
    { staleTime: 60_000 },
  );
  return useCallback(
    (ruleId) => (ruleId === '' ? '' : (data?.rules.find(({ id }) => id === ruleId)?.displayName ?? ruleId)),
    [data],
  );
}
