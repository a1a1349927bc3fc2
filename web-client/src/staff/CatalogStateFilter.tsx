/** On offer or retired; for operators, for others see only what is on offer. */
import { useTranslation } from 'react-i18next';

import { useSearchState } from '@/frame/useSearchState';

import { CATALOG_STATES, catalogState } from './catalogState';
import { ChoiceFilter } from '@/components/ChoiceFilter';

export function CatalogStateFilter() {
  const { t } = useTranslation();
  const search = useSearchState();
  const state = useCatalogStateFilter();
  return (
    <ChoiceFilter
      label={t('catalog.state')}
      any={t('catalog.anyState')}
      value={state && catalogState(state)[0]}
      choices={CATALOG_STATES.map((known) => {
        const [value] = catalogState(known);
        return { value, label: t(`catalog.states.${value}`) };
      })}
      onChange={(value) => search.set('state', value)}
    />
  );
}

/** The state that is chosen in the address. */
export function useCatalogStateFilter(): (typeof CATALOG_STATES)[number] | undefined {
  const { get } = useSearchState();
  return CATALOG_STATES.find((known) => catalogState(known)[0] === get('state'));
}
