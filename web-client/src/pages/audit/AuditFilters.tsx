/** By whom, what, on what, how it ended and when. */
import { SimpleGrid, TextInput } from '@mantine/core';
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
    <SimpleGrid my="md" spacing="sm" cols={{ base: 1, xs: 2, lg: 3 }}>
      <UserPicker labelled value={search.get('user')} onChange={(user) => search.set('user', user)} />
      <SearchField
        labelled
        label={t('audit.action')}
        value={search.get('action')}
        onChange={(action) => search.set('action', action)}
        settleAfter={SETTLE}
      />
      <SearchField
        labelled
        label={t('audit.target')}
        value={search.get('target')}
        onChange={(target) => search.set('target', target)}
        settleAfter={SETTLE}
      />
      <ChoiceFilter
        labelled
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
          label={t(`audit.${name}`)}
          value={fieldOf(search.get(name))}
          onChange={(event) => search.set(name, addressOf(event.currentTarget.value))}
        />
      ))}
    </SimpleGrid>
  );
}
