/** Where things are. Pages link by these and never write an address of their own. */
export const paths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  signUp: () => '/sign-up',
  verifyEmail: () => '/verify-email',
  forgotPassword: () => '/forgot-password',
  resetPassword: () => '/reset-password',
  servers: () => '/servers',
  server: (id: string) => `/servers/${encodeURIComponent(id)}`,
  newServer: () => '/servers/new',
  account: () => '/account',
} as const;

/** An address of ours to go on to; anything that would leave the site is dropped. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : paths.servers();
}
