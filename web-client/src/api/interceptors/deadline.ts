/**
 * Gives up on an answer that does not come. The transport's own default would end streams too, which stay open for as long as a page
 * does. It watches the deadline itself: a proxy may swallow a call whole.
 */
import {
  type CallOptions,
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  type Interceptor,
} from '@connectrpc/connect';

const UNARY_DEADLINE = createContextKey(15_000, { description: 'milliseconds until a call is given up' });

/** For a call whose answer may take longer: the server waits for somebody else meanwhile. */
export function within(milliseconds: number): CallOptions {
  return { contextValues: createContextValues().set(UNARY_DEADLINE, milliseconds) };
}

export const deadline: Interceptor = (next) => async (request) => {
  if (request.stream || request.header.has('grpc-timeout')) return next(request);
  const milliseconds = request.contextValues.get(UNARY_DEADLINE);
  request.header.set('grpc-timeout', `${milliseconds}m`);
  const timeout = AbortSignal.timeout(milliseconds);
  try {
    return await next({ ...request, signal: AbortSignal.any([request.signal, timeout]) });
  } catch (error) {
    if (timeout.aborted) throw new ConnectError('the answer took too long', Code.DeadlineExceeded);
    throw error;
  }
};
