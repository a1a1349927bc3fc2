/** The end of a form: the way back, and the button that sends it. */
import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

interface Props {
  /** Where "cancel" leads. */
  readonly back: string;
  readonly label: string;
  readonly submitting: boolean;
}

export function SaveBar({ back, label, submitting }: Props) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end">
      <Button component={Link} to={back} variant="default">
        {t('common.cancel')}
      </Button>
      <Button type="submit" loading={submitting}>
        {label}
      </Button>
    </Group>
  );
}
