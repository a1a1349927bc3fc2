import type { UseFormReturnType } from '@mantine/form';

import type { RuleValues } from './ruleValues';

/** The form of a rule, for its parts. */
export interface RuleFormPart {
  readonly form: UseFormReturnType<RuleValues>;
}
