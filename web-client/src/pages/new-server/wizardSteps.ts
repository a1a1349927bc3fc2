/** The steps of the wizard, and which of them a refusal is about. */
import { problemOf } from '@hostler/client';

import type { Draft } from './draft';

export const WIZARD_STEPS = ['tariff', 'system', 'settings', 'summary'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

const STEP_OF_FIELD: Readonly<Record<string, WizardStep>> = {
  tariff_id: 'tariff',
  operating_system_id: 'system',
  name: 'settings',
  ssh_public_keys: 'settings',
  ip_pool_id: 'settings',
};

const STEP_OF_REASON: Readonly<Record<string, WizardStep>> = {
  NAME_TAKEN: 'settings',
  IP_POOL_NOT_FOUND: 'settings',
  OPERATING_SYSTEM_NOT_FOUND: 'system',
  TARIFF_NOT_FOUND: 'tariff',
};

/** The first step where something has to be changed; the summary for all else. */
export function stepToMend(error: unknown): WizardStep {
  const { violations, reason } = problemOf(error);
  const steps = violations.map(({ field }) => STEP_OF_FIELD[field.replace(/\[\d+\]$/, '')]);
  return WIZARD_STEPS.find((step) => steps.includes(step)) ?? STEP_OF_REASON[reason] ?? 'summary';
}

/** How far one may go: a step is open when those before it are filled in. */
export function isOpen(step: WizardStep, draft: Draft): boolean {
  switch (step) {
    case 'tariff':
      return true;
    case 'system':
      return draft.tariffId !== '';
    case 'settings':
      return draft.tariffId !== '' && draft.operatingSystemId !== '';
    case 'summary':
      return draft.tariffId !== '' && draft.operatingSystemId !== '' && draft.name.trim() !== '';
  }
}
