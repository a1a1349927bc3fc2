/**
 * A form whose judge is the server: what it finds wrong stands beside the field it is about, and everything else above the button.
 * A form shows its errors itself and raises no toast.
 */
import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form';
import type { Problem, Violation } from '@hostler/client';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { problemText, readProblem } from '@/api/problem';
import { violationText } from '@/api/violations';

export interface ApiForm<Values> {
  readonly form: UseFormReturnType<Values>;
  /** What went wrong beyond single fields, in words; undefined when nothing did. */
  readonly failure: string | undefined;
  /** What the failure says about itself, for pages that offer a way out of it. */
  readonly problem: Problem | undefined;
  readonly submitting: boolean;
  /** Without an event it is a dialog that sends the form. */
  readonly onSubmit: (event?: SyntheticEvent<HTMLFormElement>) => void;
}

interface Options<Values> extends UseFormInput<Values> {
  /** Sends the values. What it throws is shown in the form. */
  readonly send: (values: Values) => Promise<unknown>;
  /** Form fields by the protocol's names where they differ by more than their style, such as `tariff.price_minor: 'price'`. */
  readonly fieldNames?: Readonly<Record<string, keyof Values & string>>;
}

export function useApiForm<Values extends object>(options: Options<Values>): ApiForm<Values> {
  const { send, fieldNames = {}, ...input } = options;
  const { t } = useTranslation();
  const form = useForm<Values>({ mode: 'uncontrolled', ...input });
  const [problem, setProblem] = useState<Problem>();
  const [others, setOthers] = useState<readonly Violation[]>([]);
  const [submitting, setSubmitting] = useState(false);

  const focusFirst = (errors: object) => {
    const [first] = Object.keys(errors);
    if (first !== undefined) form.getInputNode(first)?.focus();
  };

  const submit = async (values: Values) => {
    // Two clicks are one request: the button is disabled by then, the Enter key is not.
    if (submitting) return;
    setSubmitting(true);
    setProblem(undefined);
    setOthers([]);
    try {
      await send(values);
    } catch (thrown) {
      const failed = await readProblem(thrown);
      const errors: Record<string, string> = {};
      const unplaced: Violation[] = [];
      for (const violation of failed.violations) {
        const name = formField(violation.field, form.getValues(), fieldNames);
        if (name === undefined) unplaced.push(violation);
        else errors[name] ??= violationText(violation, t);
      }
      form.setErrors(errors);
      focusFirst(errors);
      setOthers(unplaced);
      setProblem(failed);
    } finally {
      setSubmitting(false);
    }
  };

  const allPlaced = problem !== undefined && problem.violations.length > 0 && others.length === 0;
  const failure =
    problem === undefined || allPlaced
      ? undefined
      : others.length > 0
        ? others.map((violation) => violationText(violation, t)).join(' ')
        : problemText(problem, t);

  return {
    form,
    failure,
    problem,
    submitting,
    onSubmit: form.onSubmit(submit, focusFirst),
  };
}

/** `tariff.price_minor` is the field `priceMinor`, and `ssh_public_keys[2]` is about `sshPublicKeys`. */
export function formField(
  field: string,
  values: object,
  fieldNames: Readonly<Record<string, string>> = {},
): string | undefined {
  const path = field.replace(/\[\d+\]$/, '');
  const last = path.slice(path.lastIndexOf('.') + 1);
  const name =
    fieldNames[path] ??
    fieldNames[last] ??
    last.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return name in values ? name : undefined;
}
