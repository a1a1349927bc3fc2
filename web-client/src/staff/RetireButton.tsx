/** Takes an entry of the catalogue off offer, or offers it again. */
import { CatalogState } from '@hostler/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

import { Confirm } from '@/components/Confirm';
import { useToasts } from '@/components/toast';

interface Props {
  readonly name: string;
  readonly state: CatalogState;
  readonly busy: boolean;
  readonly onChange: (state: CatalogState) => Promise<unknown>;
}

export function RetireButton({ name, state, busy, onChange }: Props) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [opened, { open, close }] = useDisclosure(false);
  const change = async (next: CatalogState) => {
    try {
      await onChange(next);
      toasts.success(t(next === CatalogState.RETIRED ? 'catalog.retired' : 'catalog.offered', { name }));
    } catch (error) {
      toasts.failure(error);
    } finally {
      close();
    }
  };
  if (state === CatalogState.RETIRED) {
    return (
      <Button variant="default" loading={busy} onClick={() => void change(CatalogState.ACTIVE)}>
        {t('catalog.offer')}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('catalog.retire')}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('catalog.retireTitle', { name })}
        action={t('catalog.retire')}
        busy={busy}
        onConfirm={() => void change(CatalogState.RETIRED)}
      >
        {t('catalog.retireText')}
      </Confirm>
    </>
  );
}
