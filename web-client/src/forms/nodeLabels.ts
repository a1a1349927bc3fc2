/** Labels of nodes in forms. */

/**
 * As people write them, `site=berlin`, each on a line of its own: a value may have any other character. Undefined when one is written
 * wrongly, or twice.
 */
export function labelsOf(text: string): Record<string, string> | undefined {
  const labels = new Map<string, string>();
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || labels.has(key.trim())) return undefined;
    labels.set(key.trim(), value.trim());
  }
  return Object.fromEntries(labels);
}

export function labelLines(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}
