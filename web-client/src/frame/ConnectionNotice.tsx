/** Says that what is on the screen may be old. It waits a moment: most connections are back before anybody has read it. */
import { Alert, Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { useReconnecting } from '@/api/ApiContext';

const PATIENCE = 1_500;

export function ConnectionNotice() {
  const reconnecting = useReconnecting();
  return <div role="status">{reconnecting && <Notice />}</div>;
}

function Notice() {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <Alert color="apricot" variant="light" mb="md" py="xs" icon={<Loader size={16} color="apricot" />}>
      {t('frame.reconnecting')}
    </Alert>
  );
}
