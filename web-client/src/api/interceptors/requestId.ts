/** Gives every call an id that the server writes into its log, so that a report can be matched with it. */
import type { Interceptor } from '@connectrpc/connect';

import { newRequestId } from '../requestId';

export const requestId: Interceptor = (next) => (request) => {
  request.header.set('x-request-id', newRequestId());
  return next(request);
};
