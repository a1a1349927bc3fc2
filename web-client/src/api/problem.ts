/** What a failed call says about itself, in words for the person in front of the page. */
import { Code } from '@connectrpc/connect';
import { isReason, type Problem } from '@hostler/client';
import type { TFunction } from 'i18next';

/** The code of the API layer could not be fetched, let alone call anybody. */
const UNREACHABLE: Problem = {
  code: Code.Unavailable,
  reason: '',
  metadata: {},
  message: 'the code that calls the server could not be fetched',
  violations: [],
  retryAfter: undefined,
};

/** Reads an error for those who do not have the API layer at hand. */
export async function readProblem(error: unknown): Promise<Problem> {
  try {
    const { problemOf } = await import('./layer');
    return problemOf(error);
  } catch {
    return UNREACHABLE;
  }
}

/** A fetch that failed arrives as UNKNOWN, without a reason from the server. */
export function isNetworkFailure({ code, reason }: Problem): boolean {
  return code === Code.Unknown && reason === '';
}

/** A sentence or two in the person's language. */
export function problemText(problem: Problem, t: TFunction): string {
  return [sentence(problem, t), advice(problem, t)].filter(Boolean).join(' ');
}

function sentence(problem: Problem, t: TFunction): string {
  const { reason, metadata, code } = problem;
  if (isReason(reason)) return t(`errors.reasons.${reason}`, { state: metadata.state ?? '' });
  if (code === Code.DeadlineExceeded) return t('errors.timeout');
  if (code === Code.Unavailable || isNetworkFailure(problem)) return t('errors.network');
  if (code === Code.Unauthenticated) return t('errors.reasons.UNAUTHENTICATED');
  if (code === Code.PermissionDenied) return t('errors.reasons.ROLE_REQUIRED');
  return t('errors.unknown');
}

/** What to do, where the server tells more than the reason. */
function advice({ reason, retryAfter, metadata }: Problem, t: TFunction): string {
  if (reason === 'RATE_LIMITED' && retryAfter !== undefined) {
    return t('errors.waitSeconds', { count: Math.max(1, Math.ceil(retryAfter / 1000)) });
  }
  if (reason === 'INTERNAL' && metadata.trace_id) return t('errors.trace', { trace: metadata.trace_id });
  return '';
}
