import { create } from '@bufbuild/protobuf';
import { ChannelSchema, Channels, DeliveryState, type UpdateChannelRequest } from '@hostler/client';
import { expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { renderApp } from '../../../test/renderApp';

const channel = create(ChannelSchema, {
  id: '0190-channel',
  ownerId: '0190-user',
  displayName: 'Pager',
  target: {
    case: 'webhook',
    value: { url: 'https://hooks.example.org/', secretHint: '…cret' },
  },
  ratePerMinute: 30,
  etag: 'first',
});

it('a channel is not saved without where it leads', async () => {
  const { findByLabelText, findByRole, user } = await renderApp({
    at: '/channels/0190-channel',
    // The server has no method to save it by.
    server: (r) => {
      signedIn(r);
      r.rpc(Channels.method.getChannel, () => ({ channel }));
      r.rpc(Channels.method.listDeliveries, () => ({ deliveries: [] }));
    },
  });
  const address = await findByLabelText('Address');
  await user.clear(address);
  await user.click(await findByRole('button', { name: 'Save' }));
  await vi.waitFor(() => expect(address).toHaveAccessibleDescription(/This is needed/));
});

it('a mail channel is not saved without addresses', async () => {
  const mail = create(ChannelSchema, {
    id: channel.id,
    ownerId: channel.ownerId,
    displayName: 'Mail',
    target: { case: 'email', value: { addresses: ['ann@example.org'] } },
    etag: 'first',
  });
  const { findByLabelText, findByRole, user } = await renderApp({
    at: '/channels/0190-channel',
    server: (r) => {
      signedIn(r);
      r.rpc(Channels.method.getChannel, () => ({ channel: mail }));
      r.rpc(Channels.method.listDeliveries, () => ({ deliveries: [] }));
    },
  });
  const addresses = await findByLabelText('E-mail addresses');
  await user.clear(addresses);
  await user.click(await findByRole('button', { name: 'Save' }));
  await vi.waitFor(() => expect(addresses).toHaveAccessibleDescription(/This is needed/));
});

it('a channel is tried and changed, and its secret stays when nothing is typed', async () => {
  const sent: UpdateChannelRequest[] = [];
  const again: string[] = [];
  const deadlines: (string | null)[] = [];
  const { findByLabelText, findByRole, findByText, user } = await renderApp({
    at: '/channels/0190-channel',
    server: (r) => {
      signedIn(r);
      r.rpc(Channels.method.getChannel, () => ({ channel }));
      r.rpc(Channels.method.testChannel, (_, { requestHeader }) => {
        deadlines.push(requestHeader.get('grpc-timeout'));
        return {
          delivery: {
            id: 'test',
            state: DeliveryState.FAILED,
            statusCode: 403,
            error: 'refused',
            test: true,
          },
        };
      });
      r.rpc(Channels.method.listDeliveries, () => ({
        deliveries: [
          { id: 'one', title: 'Disk full', state: DeliveryState.FAILED, attempts: 3, statusCode: 500 },
        ],
      }));
      r.rpc(Channels.method.redeliverDelivery, ({ deliveryId }) => {
        again.push(deliveryId);
        return {};
      });
      r.rpc(Channels.method.updateChannel, (request) => {
        sent.push(request);
        return { channel: { ...channel, etag: 'second' } };
      });
    },
  });
  await user.click(await findByRole('button', { name: 'Send a test' }));
  await findByText('It did not arrive: refused');
  // Longer than the server waits for those to whom it sends.
  expect(deadlines).toEqual(['45000m']);
  expect(await findByRole('row', { name: /Disk full.*Failed.*HTTP 500/ })).toBeVisible();
  await user.click(await findByRole('button', { name: 'Send again: Disk full' }));
  await vi.waitFor(() => expect(again).toEqual(['one']));

  expect(await findByLabelText('Secret')).toHaveAccessibleDescription(/…cret/);
  await user.type(await findByLabelText('Name'), ' 2');
  await user.click(await findByRole('button', { name: 'Save' }));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    etag: 'first',
    channel: {
      id: '0190-channel',
      displayName: 'Pager 2',
      target: { case: 'webhook', value: { secret: '' } },
    },
  });
});
