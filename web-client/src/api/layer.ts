/**
 * What the API layer is to the rest of the page, in one chunk: protocol buffers and all that speaks them. Types may be imported from
 * anywhere; the code itself only by `access.ts`, `problem.ts` and the routes, and only when it is needed.
 */
export { problemOf } from '@hostler/client';

export { createApi } from './api';
export { ApiProvider } from './ApiProvider';
