/** Where things are. Pages link by these and never write an address of their own. */
export const paths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  signUp: () => '/sign-up',
  verifyEmail: () => '/verify-email',
  forgotPassword: () => '/forgot-password',
  resetPassword: () => '/reset-password',
  servers: () => '/servers',
  server: (id: string) => `/servers/${encodeURIComponent(id)}`,
  serverTab: (id: string, tab: string) => withSearch(`/servers/${encodeURIComponent(id)}`, { tab }),
  newServer: () => '/servers/new',
  alerts: () => '/alerts',
  rules: () => '/rules',
  newRule: () => '/rules/new',
  rule: (id: string) => `/rules/${encodeURIComponent(id)}`,
  channels: (filters: Readonly<Record<string, string>> = {}) => withSearch('/channels', filters),
  newChannel: (filters: Readonly<Record<string, string>> = {}) => withSearch('/channels/new', filters),
  channel: (id: string) => `/channels/${encodeURIComponent(id)}`,
  inbox: () => '/notifications',
  account: () => '/account',
  operator: () => '/operator',
  users: () => '/operator/users',
  user: (id: string) => `/operator/users/${encodeURIComponent(id)}`,
  tariffs: () => '/operator/tariffs',
  newTariff: () => '/operator/tariffs/new',
  tariff: (id: string) => `/operator/tariffs/${encodeURIComponent(id)}`,
  systems: () => '/operator/systems',
  newSystem: () => '/operator/systems/new',
  system: (id: string) => `/operator/systems/${encodeURIComponent(id)}`,
  pools: () => '/operator/pools',
  newPool: () => '/operator/pools/new',
  pool: (id: string) => `/operator/pools/${encodeURIComponent(id)}`,
  hypervisors: () => '/operator/hypervisors',
  hypervisor: (name: string) => `/operator/hypervisors/${encodeURIComponent(name)}`,
  nodes: (filters: Readonly<Record<string, string>> = {}) => withSearch('/operator/nodes', filters),
  node: (id: string) => `/operator/nodes/${encodeURIComponent(id)}`,
  /** All, or those that fit. */
  operations: (filters: Readonly<Record<string, string>> = {}) => withSearch('/operator/operations', filters),
  operation: (id: string) => `/operator/operations/${encodeURIComponent(id)}`,
  audit: (filters: Readonly<Record<string, string>> = {}) => withSearch('/operator/audit', filters),
} as const;

function withSearch(path: string, filters: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(filters).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** An address of ours to go on to; anything that would leave the site is dropped. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : paths.servers();
}
