import { Catalog, OperationState, Servers } from '@hostler/client';
import { expect, it } from 'vitest';

import { aServer } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs, SUPPORT } from '../../../test/staff';

async function showServer(me: typeof OPERATOR, hypervisor: string) {
  const server = aServer({
    name: 'web-1',
    ownerId: me.id,
    placement: { hypervisor, node: 'pve-1', vmid: 101 },
  });
  const sent: object[] = [];
  const page = await renderApp({
    at: `/servers/${server.id}?tab=manage`,
    server: (r) => {
      signedInAs(r, me);
      r.rpc(Servers.method.getServer, () => ({ server }));
      r.rpc(Servers.method.watchServers, async function* () {
        yield { event: { case: 'snapshot' as const, value: { servers: [server], last: true } } };
        await new Promise(() => {});
      });
      r.rpc(Servers.method.deleteServer, (request) => {
        sent.push(request);
        return { server, operation: { id: 'o', kind: 'server.delete', state: OperationState.PENDING } };
      });
      r.rpc(Catalog.method.listHypervisors, () => ({ hypervisors: [{ name: 'main' }] }));
    },
  });
  await page.findByRole('button', { name: 'Delete the server' });
  return { ...page, server, sent };
}

it('gives up a server whose hypervisor is no longer configured, once its name is typed', async () => {
  const { findByRole, findByText, user, sent, server } = await showServer(OPERATOR, 'gone');
  await user.click(await findByRole('button', { name: 'Give the server up' }));
  await findByText(/What is left of it on the hypervisor stays there/);
  await user.type(await findByRole('textbox', { name: 'Type web-1 to confirm' }), 'web-1{Enter}');
  await expect.poll(() => sent).toMatchObject([{ serverId: server.id, forget: true }]);
});

it.each([
  ['an operator whose hypervisor is configured', OPERATOR, 'main'],
  ['support', SUPPORT, 'gone'],
])('does not offer that to %s', async (_, me, hypervisor) => {
  const { api, queryByRole } = await showServer(me, hypervisor);
  await expect.poll(() => api.queryClient.isFetching()).toBe(0);
  expect(queryByRole('button', { name: 'Give the server up' })).toBeNull();
});
