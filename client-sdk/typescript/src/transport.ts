/** How to reach a server: gRPC-Web in binary form, which browsers and Node.js can both speak. */
import type { Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';

export interface HostlerTransportOptions {
  /** Where the server is, such as `https://panel.example.org`. In a browser the page's own origin is usual. */
  readonly baseUrl: string;
  /** An access token or an API token to call with. For tokens that change, use an interceptor. */
  readonly token?: string;
  /** Run around every call, the first one outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

export function createHostlerTransport(options: HostlerTransportOptions): Transport {
  const { baseUrl, token, fetch } = options;
  const interceptors = [...(options.interceptors ?? [])];
  if (token !== undefined) {
    interceptors.push((next) => (request) => {
      request.header.set('authorization', `Bearer ${token}`);
      return next(request);
    });
  }
  return createGrpcWebTransport({ baseUrl, interceptors, useBinaryFormat: true, ...(fetch && { fetch }) });
}
