import {
  type MantineColorScheme,
  SegmentedControl,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function ColorSchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl<MantineColorScheme>
      aria-label={t('frame.colorScheme')}
      size="xs"
      value={colorScheme}
      onChange={setColorScheme}
      data={[
        { value: 'light', label: <Choice icon={IconSun} name={t('frame.light')} /> },
        { value: 'dark', label: <Choice icon={IconMoon} name={t('frame.dark')} /> },
        { value: 'auto', label: <Choice icon={IconDeviceDesktop} name={t('frame.auto')} /> },
      ]}
    />
  );
}

function Choice({ icon: Picture, name }: { readonly icon: typeof IconSun; readonly name: string }) {
  return (
    <span title={name} style={{ display: 'flex' }}>
      <Picture size={16} aria-hidden />
      <VisuallyHidden>{name}</VisuallyHidden>
    </span>
  );
}
