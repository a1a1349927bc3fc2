/** Steps and failures of operations in the person's language. What this page does not know is shown in the server's English. */
import type { OperationError, OperationStep } from '@hostler/client';
import type { ParseKeys, TFunction } from 'i18next';

type StepKey = Extract<ParseKeys, `steps.names.${string}`>;
type FailureKey = Extract<ParseKeys, `steps.failures.${string}`>;

export function stepText({ name, text }: Pick<OperationStep, 'name' | 'text'>, t: TFunction): string {
  return t(`steps.names.${name}` as StepKey, { defaultValue: text });
}

export function failureText({ reason, message }: OperationError, t: TFunction): string {
  return t(`steps.failures.${reason}` as FailureKey, {
    defaultValue: t('steps.failures.other', { message }),
  });
}
