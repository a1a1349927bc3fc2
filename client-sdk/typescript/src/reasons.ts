/**
 * The reasons that the server gives for its refusals (`google.rpc.ErrorInfo.reason` of the domain "hostler"). A newer server may
 * know more: treat an unknown one by its code.
 */
export const REASONS = [
  'ACCOUNT_SUSPENDED',
  'ALERT_NOT_FIRING',
  'ALERT_NOT_FOUND',
  'ALERT_RULE_NOT_FOUND',
  'API_TOKEN_NOT_FOUND',
  'BAD_CREDENTIALS',
  'CANCELLED',
  'CHANNEL_NOT_FOUND',
  'DEADLINE',
  'DELIVERY_NOT_FOUND',
  'EMAIL_NOT_VERIFIED',
  'EMAIL_TAKEN',
  'ETAG_MISMATCH',
  'EXHAUSTED',
  'HYPERVISOR_CONFIGURED',
  'HYPERVISOR_DOWN',
  'HYPERVISOR_NOT_FOUND',
  'HYPERVISOR_REJECTED',
  'INTERNAL',
  'INVALID_FIELDS',
  'INSUFFICIENT_BALANCE',
  'IN_USE',
  'IP_POOL_NOT_FOUND',
  'LAST_OPERATOR',
  'MALFORMED_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'NAME_TAKEN',
  'NOT_YOURS',
  'OPERATING_SYSTEM_NOT_FOUND',
  'OPERATION_IN_PROGRESS',
  'OPERATION_NOT_FOUND',
  'OVERLOADED',
  'PROTOCOL',
  'QUOTA',
  'RATE_LIMITED',
  'READ_ONLY_ROLE',
  'REFRESH_RACE',
  'REQUEST_ID_REUSED',
  'REQUEST_REPLAYED',
  'ROLE_REQUIRED',
  'SCOPE_REQUIRED',
  'SERVER_NOT_FOUND',
  'SESSION_ENDED',
  'SESSION_NOT_FOUND',
  'SESSION_REQUIRED',
  'SIGN_UP_CLOSED',
  'SILENCE_NOT_FOUND',
  'SNAPSHOT_NOT_FOUND',
  'STOPPING',
  'STORE_DOWN',
  'STREAM_ENDED',
  'TAKEN_ON_HYPERVISOR',
  'TARIFF_NOT_FOUND',
  'TOO_MANY_STREAMS',
  'UNAUTHENTICATED',
  'UNIMPLEMENTED',
  'USER_NOT_FOUND',
  'WRONG_STATE',
] as const;

export type Reason = (typeof REASONS)[number];

const known: ReadonlySet<string> = new Set(REASONS);

export function isReason(text: string): text is Reason {
  return known.has(text);
}
