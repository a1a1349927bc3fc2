/**
 * Gives up on an answer that does not come. The transport's own default would end streams too, which stay open for as long as a page
 * does. It watches the deadline itself: a proxy may swallow a call whole.
 */
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect';

export const UNARY_DEADLINE = 15_000;

export function deadline(milliseconds: number = UNARY_DEADLINE): Interceptor {
  return (next) => async (request) => {
    if (request.stream || request.header.has('grpc-timeout')) return next(request);
    request.header.set('grpc-timeout', `${milliseconds}m`);
    const timeout = AbortSignal.timeout(milliseconds);
    try {
      return await next({ ...request, signal: AbortSignal.any([request.signal, timeout]) });
    } catch (error) {
      if (timeout.aborted) throw new ConnectError('the answer took too long', Code.DeadlineExceeded);
      throw error;
    }
  };
}
