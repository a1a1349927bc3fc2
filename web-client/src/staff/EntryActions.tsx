/** What can be done with an entry that is on offer or retired: the other of the two, and deleting it. */
import type { CatalogState } from '@hostler/client';
import { useTranslation } from 'react-i18next';

import { DeleteButton } from '@/components/DeleteButton';
import type { Edits } from '@/forms/Editor';
import { RetireButton } from './RetireButton';

interface Props {
  readonly name: string;
  readonly edits: Pick<
    Edits<{ readonly state: CatalogState }, { state?: CatalogState }>,
    'entry' | 'update' | 'updating' | 'remove' | 'removing'
  >;
}

export function EntryActions({ name, edits }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <RetireButton
        name={name}
        state={edits.entry.state}
        busy={edits.updating}
        onChange={(state) => edits.update({ state }, ['state'])}
      />
      <DeleteButton
        text={t('catalog.deleteText')}
        name={name}
        busy={edits.removing}
        inUse={t('catalog.inUse')}
        onDelete={edits.remove}
      />
    </>
  );
}
