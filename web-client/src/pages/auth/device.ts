/** What a session is called in the list of sessions: the browser and its system, as far as they say. */
export function deviceName(userAgent: string = navigator.userAgent): string {
  const browser = first(userAgent, [
    ['Edg/', 'Edge'],
    ['OPR/', 'Opera'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ]);
  const system = first(userAgent, [
    ['Android', 'Android'],
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Windows', 'Windows'],
    ['Mac OS', 'macOS'],
    ['Linux', 'Linux'],
  ]);
  return [browser, system].filter(Boolean).join(', ');
}

function first(userAgent: string, names: readonly (readonly [string, string])[]): string | undefined {
  return names.find(([mark]) => userAgent.includes(mark))?.[1];
}
