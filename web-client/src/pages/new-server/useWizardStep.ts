/** The step on the screen, from the address: the browser's back leads to the one before. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

import type { Draft } from './draft';
import { isOpen, WIZARD_STEPS, type WizardStep } from './wizardSteps';

/** `stepOf` tells the step that the address asks for, or the last one that is open. */
export function useWizardStep(): {
  stepOf: (draft: Draft) => WizardStep;
  goTo: (step: WizardStep) => void;
} {
  const [search, setSearch] = useSearchParams();
  const wanted = WIZARD_STEPS.find((step) => step === search.get('step')) ?? 'tariff';
  const goTo = useCallback(
    (next: WizardStep) => setSearch(next === 'tariff' ? {} : { step: next }),
    [setSearch],
  );
  return {
    stepOf: (draft) => {
      const open = WIZARD_STEPS.filter((step) => isOpen(step, draft));
      return open.includes(wanted) ? wanted : (open.at(-1) ?? 'tariff');
    },
    goTo,
  };
}
