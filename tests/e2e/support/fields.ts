/** Filling forms in, and what stands beside their fields. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

export type Values = Readonly<Record<string, string>>;

export async function fill(form: Page | Locator, values: Values): Promise<void> {
  for (const [label, value] of Object.entries(values))
    await form.getByLabel(label, { exact: true }).fill(value);
}

/** Waits until each of these fields, by its label, is marked as wrong and described by this text. */
export async function expectErrors(
  form: Page | Locator,
  errors: Readonly<Record<string, string | RegExp>>,
): Promise<void> {
  for (const [label, error] of Object.entries(errors)) {
    // A field that offers choices lends its label to their list.
    const field = form.getByLabel(label, { exact: true }).first();
    await expect
      .poll(() => field.getAttribute('aria-invalid'), { message: `${label} is wrong`, timeout: 20_000 })
      .toBe('true');
    await expect
      .poll(() => description(field), { message: `what is said of ${label}`, timeout: 20_000 })
      .toMatch(error);
  }
}

/** All that a reader of screens is told beside a field's name. */
function description(field: Locator): Promise<string> {
  return field.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' '),
  );
}
