import { Servers } from '@hostler/client';
import { within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { aServer } from '../../test/messages';
import { renderApp } from '../../test/renderApp';
import { OPERATOR, signedInAs } from '../../test/staff';

const server = aServer({ name: 'web-1' });

/** A page is loaded before its address is there. */
const LOADING = { timeout: 10_000 };

function show() {
  return renderApp({
    at: '/servers',
    server: (r) => {
      signedInAs(r, OPERATOR);
      r.rpc(Servers.method.listServers, () => ({ servers: [server] }));
      r.rpc(Servers.method.watchServers, async function* () {
        yield { event: { case: 'snapshot' as const, value: { servers: [server], last: true } } };
        await new Promise(() => {});
      });
    },
  });
}

describe('the command palette', () => {
  it('opens by Ctrl-K also while somebody types, and jumps to a server', async () => {
    const { findByRole, user, router } = await show();
    await user.click(await findByRole('searchbox', { name: 'Search by name or address' }));
    await user.keyboard('{Control>}k{/Control}');
    const palette = await findByRole('dialog', { name: 'Search or jump to…' });
    await user.type(within(palette).getByLabelText('Page, action or server'), 'web');
    await user.click(await within(palette).findByRole('button', { name: /web-1/ }));
    await expect.poll(() => router.state.location.pathname, LOADING).toBe(`/servers/${server.id}`);
  });

  it('does an action', async () => {
    const { findByRole, findAllByRole, user, router } = await show();
    const [open] = await findAllByRole('button', { name: /^Search or jump to…/ });
    if (open) await user.click(open);
    const palette = await findByRole('dialog', { name: 'Search or jump to…' });
    await user.click(await within(palette).findByRole('button', { name: 'Create a server' }));
    await expect.poll(() => router.state.location.pathname, LOADING).toBe('/servers/new');
  });
});

describe('the menu of the account', () => {
  it('switches the language, and gives the focus back when it closes', async () => {
    const { findByRole, user } = await show();
    await user.click(await findByRole('button', { name: 'Account of Ann' }));
    const menu = await findByRole('dialog', { name: 'Account of Ann' });
    await user.selectOptions(await within(menu).findByLabelText('Language'), '日本語');
    await findByRole('heading', { level: 1, name: 'サーバー' });
    await user.keyboard('{Escape}');
    const button = await findByRole('button', { name: 'Ann のアカウント' });
    await expect.poll(() => document.activeElement).toBe(button);
  });
});
