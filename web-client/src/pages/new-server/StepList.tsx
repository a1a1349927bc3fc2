/** Where one is in the wizard, and the way to the other steps. Narrow screens show the numbers only. */
import { Box, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';

import type { Draft } from './draft';
import classes from './StepList.module.css';
import { isOpen, WIZARD_STEPS, type WizardStep } from './wizardSteps';

interface Props {
  readonly draft: Draft;
  readonly step: WizardStep;
  readonly goTo: (step: WizardStep) => void;
}

export function StepList({ draft, step, goTo }: Props) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('newServer.steps.label')}>
      <Group component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {WIZARD_STEPS.map((name, index) => (
          <li key={name}>
            <UnstyledButton
              className={classes.step ?? ''}
              aria-current={name === step ? 'step' : undefined}
              disabled={!isOpen(name, draft)}
              onClick={() => goTo(name)}
            >
              <span className={classes.number}>{index + 1}</span>
              <Text span size="sm" fw={name === step ? 600 : 400} visibleFrom="sm">
                {t(`newServer.steps.${name}`)}
              </Text>
              <Box component="span" hiddenFrom="sm">
                <VisuallyHidden>{t(`newServer.steps.${name}`)}</VisuallyHidden>
              </Box>
            </UnstyledButton>
          </li>
        ))}
      </Group>
    </nav>
  );
}
