/** By whom, what, on what, how it ended and when. */
import { Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import { ChoiceFilter } from '@/components/ChoiceFilter';
import { SearchField } from '@/components/SearchField';
import { UserPicker } from '@/components/UserPicker';
import type { SearchState } from '@/frame/useSearchState';

import { AUDIT_OUTCOMES, auditOutcome } from './outcome';
import { addressOf, fieldOf } from './request';

/** The server is asked this long after the last key. */
const SETTLE = 300;

export function AuditFilters({ search }: { readonly search: SearchState }) {
  const { t } = useTranslation();
  const outcome = AUDIT_OUTCOMES.map((known) => auditOutcome(known)[0]).find(
    (name) => name === search.get('outcome'),
  );
  return (
    <Group my="md" gap="sm" align="flex-end">
      <UserPicker value={search.get('user')} onChange={(user) => search.set('user', user)} />
      <SearchField
        label={t('audit.action')}
        value={search.get('action')}
        onChange={(action) => search.set('action', action)}
        settleAfter={SETTLE}
      />
      <SearchField
        label={t('audit.target')}
        value={search.get('target')}
        onChange={(target) => search.set('target', target)}
        settleAfter={SETTLE}
      />
      <ChoiceFilter
        label={t('audit.outcome')}
        any={t('audit.anyOutcome')}
        value={outcome}
        choices={AUDIT_OUTCOMES.map((known) => {
          const [value] = auditOutcome(known);
          return { value, label: t(`audit.outcomes.${value}`) };
        })}
        onChange={(value) => search.set('outcome', value)}
      />
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          flex="1 1 200px"
          maw={{ sm: 240 }}
          label={t(`audit.${name}`)}
          value={fieldOf(search.get(name))}
          onChange={(event) => search.set(name, addressOf(event.currentTarget.value))}
        />
      ))}
    </Group>
  );
}
