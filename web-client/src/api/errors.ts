/** The one place that turns a failed call into words for the person in front of the page. */
import { Code } from '@connectrpc/connect';
import { isReason, type Problem, problemOf } from '@hostler/client';
import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

import { isNetworkFailure } from './queryDefaults';

/** A sentence or two in the person's language. */
export function errorText(error: unknown, t: TFunction): string {
  const problem = problemOf(error);
  return [sentence(error, problem, t), advice(problem, t)].filter(Boolean).join(' ');
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback((error: unknown) => errorText(error, t), [t]);
}

function sentence(error: unknown, problem: Problem, t: TFunction): string {
  const { reason, metadata, code } = problem;
  if (isReason(reason)) return t(`errors.reasons.${reason}`, { state: metadata.state ?? '' });
  if (code === Code.DeadlineExceeded) return t('errors.timeout');
  if (code === Code.Unavailable || isNetworkFailure(error)) return t('errors.network');
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
