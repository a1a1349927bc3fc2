import { Code, type ConnectRouter } from '@connectrpc/connect';
import {
  Auth,
  Catalog,
  type CreateServerRequest,
  OperationState,
  Operations,
  Servers,
  Users,
} from '@hostler/client';
import { afterEach, describe, expect, it } from 'vitest';

import { aServer, aUser, refusal, tokens } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { readDraft } from './draft';

const GIB = 1024n ** 3n;
const tariff = {
  id: 'tariff-s',
  name: 'Small',
  cpuMillicores: 1000,
  memoryBytes: GIB,
  diskBytes: 20n * GIB,
  priceMinor: 490n,
  currency: 'EUR',
  snapshotLimit: 3,
};
const system = { id: 'system-debian', name: 'Debian', version: '13' };
const key = `ssh-ed25519 AAAA${'C'.repeat(64)} ann@laptop`;

function anOffer(r: ConnectRouter) {
  r.rpc(Auth.method.refreshSession, () => ({ tokens: tokens() }));
  r.rpc(Users.method.getMe, () => ({ user: aUser() }));
  r.rpc(Catalog.method.listTariffs, () => ({ tariffs: [tariff] }));
  r.rpc(Catalog.method.listOperatingSystems, () => ({
    operatingSystems: [system, { id: 'system-huge', name: 'Huge', version: '1', minMemoryBytes: 8n * GIB }],
  }));
}

afterEach(() => sessionStorage.clear());

describe('the wizard', () => {
  it('creates a server, shows its password once, and ends on its page', async () => {
    const sent: CreateServerRequest[] = [];
    const server = aServer({ name: 'web-1', operationId: 'operation-1' });
    const operation = {
      id: 'operation-1',
      kind: 'server.create',
      state: OperationState.RUNNING,
      progress: { step: 3, stepCount: 6 },
    };
    const { findByRole, findByLabelText, findByText, user, router } = await renderApp({
      at: '/servers/new',
      server: (r) => {
        anOffer(r);
        r.rpc(Catalog.method.getTariff, () => ({ tariff }));
        r.rpc(Catalog.method.getOperatingSystem, () => ({ operatingSystem: system }));
        r.rpc(Servers.method.createServer, (request) => {
          sent.push(request);
          return { server, operation, rootPassword: 'secret-password' };
        });
        r.rpc(Servers.method.getServer, () => ({ server }));
        r.rpc(Servers.method.watchServers, async function* () {
          yield { event: { case: 'snapshot' as const, value: { servers: [server], last: true } } };
          await new Promise(() => {});
        });
        r.rpc(Operations.method.getOperation, () => ({ operation }));
        r.rpc(Operations.method.listOperations, () => ({ operations: [operation] }));
        r.rpc(Operations.method.watchOperation, async function* () {
          yield { operation };
          await new Promise(() => {});
        });
      },
    });

    await user.click(await findByRole('button', { name: 'Next' }));
    await findByText('Choose a tariff.');
    await user.click(await findByRole('radio', { name: /Small/ }));
    await user.click(await findByRole('button', { name: 'Next' }));

    expect(await findByRole('radio', { name: /Huge/ })).toBeDisabled();
    await user.click(await findByRole('radio', { name: /Debian/ }));
    await user.click(await findByRole('button', { name: 'Next' }));

    await user.type(await findByLabelText('Name'), 'web-1');
    await user.type(await findByLabelText('SSH keys'), 'not a key');
    await user.click(await findByRole('button', { name: 'Next' }));
    await findByText(/Line 1 is not a public key/);
    await user.clear(await findByLabelText('SSH keys'));
    await user.type(await findByLabelText('SSH keys'), key);
    await user.click(await findByRole('button', { name: 'Next' }));

    await findByText('€4.90 a month');
    await user.click(await findByRole('button', { name: 'Create the server' }));

    await findByText('secret-password');
    expect(sent).toMatchObject([
      { name: 'web-1', tariffId: 'tariff-s', operatingSystemId: 'system-debian', sshPublicKeys: [key] },
    ]);
    expect(JSON.stringify([sessionStorage, localStorage])).not.toContain('secret-password');

    await user.click(await findByRole('button', { name: 'I have kept it, to the server' }));
    await findByRole('progressbar', { name: 'Progress' });
    expect(router.state.location.pathname).toBe(`/servers/${server.id}`);
  });

  it('goes back to the step that the server finds wrong, and takes up a draft after a reload', async () => {
    sessionStorage.setItem(
      'hostler.new-server.0190-user',
      JSON.stringify({ tariffId: 'tariff-s', operatingSystemId: 'system-debian', name: 'Web_1' }),
    );
    const { findByRole, findByLabelText, user, router } = await renderApp({
      at: '/servers/new?step=summary',
      server: (r) => {
        anOffer(r);
        r.rpc(Servers.method.createServer, () => {
          throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
            violations: [
              { field: 'name', description: 'must be 1 to 63 lower-case letters, digits and hyphens' },
            ],
          });
        });
      },
    });
    await user.click(await findByRole('button', { name: 'Create the server' }));
    expect(await findByLabelText('Name')).toHaveAccessibleDescription(/a letter or a digit at both ends/);
    expect(router.state.location.search).toBe('?step=settings');
  });

  it('keeps no private key that was pasted by mistake', async () => {
    const { findByLabelText, findByRole, findByText, user } = await renderApp({
      at: '/servers/new?step=settings',
      server: (r) => anOffer(r),
    });
    await user.click(await findByRole('radio', { name: /Small/ }));
    await user.click(await findByRole('button', { name: 'Next' }));
    await user.click(await findByRole('radio', { name: /Debian/ }));
    await user.click(await findByRole('button', { name: 'Next' }));
    await user.type(await findByLabelText('Name'), 'web-1');
    await user.click(await findByLabelText('SSH keys'));
    await user.paste('-----BEGIN OPENSSH PRIVATE KEY-----');
    await user.click(await findByRole('button', { name: 'Next' }));
    await findByText(/This is a private key/);
    expect(readDraft('0190-user')).toMatchObject({ name: 'web-1', sshPublicKeys: '' });
  });
});
