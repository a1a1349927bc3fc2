/** Colours as the theme and the style sheets have them: jsdom knows neither variables nor modules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from '@mantine/core';

import { cssVariables, theme } from '@/theme/theme';

export const SCHEMES = ['light', 'dark'] as const;

export type Scheme = (typeof SCHEMES)[number];

const merged = mergeMantineTheme(DEFAULT_THEME, theme);
const layers = [defaultCssVariablesResolver(merged), cssVariables(merged)];

/** A value of a style sheet, with what its variables stand for in a scheme. */
export function inScheme(value: string, scheme: Scheme): string {
  const variables = Object.assign({}, ...layers.flatMap((one) => [one.variables, one[scheme]])) as Record<
    string,
    string
  >;
  const resolve = (text: string): string =>
    text.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => {
      const found = variables[name];
      if (found === undefined) throw new Error(`no variable is called ${name}`);
      return resolve(found);
    });
  return resolve(value);
}

/** What a rule of a style sheet below `src` says of a property; a rule for the scheme wins. */
export function ruled(file: string, selector: string, property: string, scheme: Scheme): string {
  const css = readFileSync(join(import.meta.dirname, '../src', file), 'utf8');
  const found = [...css.matchAll(/^([^@{}]+)\{([^{}]*)\}/gm)].flatMap(([, selectors = '', body = '']) => {
    const named = selectors.split(',').some((one) => {
      const only = /\[data-mantine-color-scheme='(\w+)'\]\)?\s+(.*)/s.exec(one.trim());
      return only ? only[1] === scheme && only[2] === selector : one.trim() === selector;
    });
    const declared = new RegExp(`(?:^|[;\\s])${property}:\\s*([^;]+);`).exec(body)?.[1];
    return named && declared !== undefined ? [declared] : [];
  });
  const last = found.at(-1);
  if (last === undefined) throw new Error(`${file} says nothing of ${property} of ${selector}`);
  return inScheme(last, scheme);
}
