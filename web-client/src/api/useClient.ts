/** A client of one service, for calls that are neither a query nor a mutation of the cache. */
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { useMemo } from 'react';

import { useApi } from './ApiContext';

export function useClient<Service extends DescService>(service: Service): Client<Service> {
  const { transport } = useApi();
  return useMemo(() => createClient(service, transport), [service, transport]);
}
