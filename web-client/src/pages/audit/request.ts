/** The filters of the log, as the page's address and the protocol have them. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ListAuditEventsRequestSchema } from '@hostler/client';

import { AUDIT_OUTCOMES, auditOutcome } from './outcome';

/** Moments are kept in the address as UTC, so that whoever it is sent to sees the same. */
export function requestOf(
  get: (name: string) => string,
): MessageInitShape<typeof ListAuditEventsRequestSchema> {
  const outcome = AUDIT_OUTCOMES.find((known) => auditOutcome(known)[0] === get('outcome'));
  const from = momentOf(get('from'));
  const to = momentOf(get('to'));
  return {
    userId: get('user'),
    action: get('action').trim(),
    target: get('target').trim(),
    ...(outcome !== undefined && { outcome }),
    ...(from && { startTime: timestampFromDate(from) }),
    ...(to && { endTime: timestampFromDate(to) }),
  };
}

function momentOf(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** What a field for date and time shows, in the viewer's zone. */
export function fieldOf(text: string): string {
  const date = momentOf(text);
  if (!date) return '';
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What a field for date and time says, for the address. */
export function addressOf(field: string): string {
  return momentOf(field)?.toISOString() ?? '';
}
