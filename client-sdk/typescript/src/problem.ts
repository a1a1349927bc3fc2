/** Reads what a failed call says about itself out of the error's details. */
import { type Code, ConnectError } from '@connectrpc/connect';

import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.js';

/** A failed call, its details decoded. */
export interface Problem {
  readonly code: Code;
  /** For programs, such as "NAME_TAKEN"; empty when the answer did not come from Hostler. `isReason` tells the known ones. */
  readonly reason: string;
  /** What goes with the reason, such as `operation_id`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** For people, in English. */
  readonly message: string;
  /** The bad fields of an INVALID_FIELDS, in the server's order. */
  readonly violations: readonly Violation[];
  /** How long to wait before trying again, in milliseconds; undefined when the server does not say. */
  readonly retryAfter: number | undefined;
}

/** One bad field. */
export interface Violation {
  /** The field as the protocol names it, such as `tariff.price_minor`. */
  readonly field: string;
  /** What is wrong, in English, such as "must be 1 to 64 characters". */
  readonly description: string;
}

const DOMAIN = 'hostler';

export function problemOf(error: unknown): Problem {
  const connectError = ConnectError.from(error);
  const info = connectError.findDetails(ErrorInfoSchema).find((detail) => detail.domain === DOMAIN);
  const [badRequest] = connectError.findDetails(BadRequestSchema);
  const [retryInfo] = connectError.findDetails(RetryInfoSchema);
  const delay = retryInfo?.retryDelay;
  return {
    code: connectError.code,
    reason: info?.reason ?? '',
    metadata: info?.metadata ?? {},
    message: connectError.rawMessage,
    violations: badRequest?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    retryAfter: delay && Number(delay.seconds) * 1000 + Math.ceil(delay.nanos / 1_000_000),
  };
}
