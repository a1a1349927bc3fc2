import { Code } from '@connectrpc/connect';
import { Catalog, type CreateTariffRequest, type Tariff, type UpdateTariffRequest } from '@hostler/client';
import { describe, expect, it } from 'vitest';

import { aTariff, refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';
import { OPERATOR, signedInAs, SUPPORT } from '../../../test/staff';
import { tariffOf, valuesOf } from './tariffValues';

describe('the page of a tariff', () => {
  it('says when somebody else was quicker, and goes on from what they left', async () => {
    let now: Tariff = aTariff();
    const sent: UpdateTariffRequest[] = [];
    const { findByLabelText, findByRole, findByDisplayValue, findByText, user } = await renderApp({
      at: '/operator/tariffs/0190-tariff',
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(Catalog.method.getTariff, () => ({ tariff: now }));
        r.rpc(Catalog.method.updateTariff, (request) => {
          sent.push(request);
          if (request.etag !== now.etag) throw refusal(Code.Aborted, 'ETAG_MISMATCH');
          return { tariff: aTariff({ ...now, name: request.tariff?.name ?? '', etag: 'third' }) };
        });
      },
    });
    const name = await findByLabelText('Name');
    await user.clear(name);
    await user.type(name, 'Mine');
    now = aTariff({ name: 'Theirs', etag: 'second' });
    await user.click(await findByRole('button', { name: 'Save' }));
    expect(await findByRole('alert')).toHaveTextContent('Somebody has changed this meanwhile.');
    expect(name).toHaveValue('Mine');

    await user.click(await findByRole('button', { name: 'Load what is there now' }));
    const again = await findByDisplayValue('Theirs');
    await user.type(again, '!');
    await user.click(await findByRole('button', { name: 'Save' }));
    await findByText('Saved: Theirs!');
    expect(sent.map(({ etag }) => etag)).toEqual(['first', 'second']);
  });
});

describe('the form of a new tariff', () => {
  it('shows what the server finds wrong beside the fields, and sends the wire’s units', async () => {
    const sent: CreateTariffRequest[] = [];
    const { findByLabelText, findByRole, findByText, router, user } = await renderApp({
      at: '/operator/tariffs/new',
      server: (r) => {
        signedInAs(r, OPERATOR);
        r.rpc(Catalog.method.listTariffs, () => ({ tariffs: [aTariff()] }));
        r.rpc(Catalog.method.createTariff, (request) => {
          sent.push(request);
          if (sent.length > 1) return { tariff: aTariff() };
          throw refusal(Code.InvalidArgument, 'INVALID_FIELDS', {
            violations: [
              { field: 'tariff.name', description: 'must be 1 to 64 characters' },
              { field: 'tariff.memory_bytes', description: 'must be whole MiB, from 64 MiB to 1 TiB' },
            ],
          });
        });
      },
    });
    await user.click(await findByRole('button', { name: 'Create a tariff' }));
    await findByText('1 to 64 characters.');
    const memory = await findByLabelText('Memory, in GiB');
    expect(memory).toHaveAccessibleDescription('Whole MiB, from 64 MiB to 1 TiB.');

    await user.type(await findByLabelText('Name'), 'Small');
    await user.clear(memory);
    await user.type(memory, '0.5');
    await user.click(await findByRole('button', { name: 'Create a tariff' }));
    await findByRole('row', { name: /Small.*€4\.99/ });
    expect(router.state.location.pathname).toBe('/operator/tariffs');
    expect(sent[1]?.tariff).toMatchObject({
      name: 'Small',
      memoryBytes: 512n * 1024n ** 2n,
      priceMinor: 500n,
    });
  });

  it('does not exist for support', async () => {
    const { findByRole } = await renderApp({
      at: '/operator/tariffs/new',
      server: (r) => signedInAs(r, SUPPORT),
    });
    await findByRole('heading', { name: 'There is nothing here' });
  });
});

it('a tariff that passes through the form is the same', () => {
  const tariff = aTariff({ memoryBytes: 1537n * 1024n ** 2n, priceMinor: 1234n, currency: 'JPY' });
  expect(tariff).toMatchObject(tariffOf(valuesOf(tariff)));
});
