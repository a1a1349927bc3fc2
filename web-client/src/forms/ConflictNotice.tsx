/** What went wrong with a form that changes something; when somebody else was quicker, a button shows what they left. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { ApiForm } from '@/forms/useApiForm';
import { FormFailure } from '@/forms/FormFailure';

interface Props {
  readonly api: Pick<ApiForm<never>, 'failure' | 'problem'>;
  /** Reads it anew, and fills the form with it. */
  readonly onReload: () => void;
}

export function ConflictNotice({ api, onReload }: Props) {
  const { t } = useTranslation();
  return (
    <FormFailure text={api.failure}>
      {api.problem?.reason === 'ETAG_MISMATCH' && (
        <div style={{ marginBlockStart: 8 }}>
          <Button size="xs" variant="default" onClick={onReload}>
            {t('common.conflict')}
          </Button>
        </div>
      )}
    </FormFailure>
  );
}
