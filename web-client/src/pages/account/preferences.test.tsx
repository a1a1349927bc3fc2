import { create } from '@bufbuild/protobuf';
import { Code, type ConnectError } from '@connectrpc/connect';
import {
  NotificationKind,
  type NotificationPreference,
  NotificationPreferenceSchema,
  Notifications,
  type UpdateNotificationPreferencesRequest,
} from '@hostler/client';
import { describe, expect, it, vi } from 'vitest';

import { signedIn } from '../../../test/customer';
import { refusal } from '../../../test/messages';
import { renderApp } from '../../../test/renderApp';

const KINDS = [
  NotificationKind.SERVER_CREATED,
  NotificationKind.OPERATION_FAILED,
  NotificationKind.ALERT_FIRED,
  NotificationKind.ALERT_RESOLVED,
  NotificationKind.SECURITY,
];
const FIRES = 'An alert fires';
const RESOLVED = 'An alert is over';
const SECURITY = 'Password changed, token made';

/** Everything is on. */
const all = (): NotificationPreference[] =>
  KINDS.map((kind) =>
    create(NotificationPreferenceSchema, { kind, inbox: true, email: true, channels: true }),
  );

/** Everything is on but this. */
const allBut = (kind: NotificationKind, change: Partial<NotificationPreference>) =>
  all().map((one) => (one.kind === kind ? { ...one, ...change } : one));

/** Which ways are on, as the page shows it. */
const shown = (boxes: readonly HTMLElement[]) => boxes.map((box) => (box as HTMLInputElement).checked);

/** The form before a server that keeps what it is sent, unless it refuses. */
async function showPreferences(unreadable?: ConnectError) {
  const server = {
    preferences: all(),
    version: 1,
    sent: [] as UpdateNotificationPreferencesRequest[],
    refuses: undefined as ConnectError | undefined,
    unreadable,
  };
  const answer = () => ({
    preferences: { preferences: server.preferences, etag: `version ${server.version}` },
  });
  const page = await renderApp({
    at: '/account?tab=notifications',
    server: (r) => {
      signedIn(r);
      r.rpc(Notifications.method.getNotificationPreferences, () => {
        if (server.unreadable) throw server.unreadable;
        return answer();
      });
      r.rpc(Notifications.method.updateNotificationPreferences, (request) => {
        server.sent.push(request);
        if (server.refuses) throw server.refuses;
        server.preferences = request.preferences?.preferences ?? [];
        server.version += 1;
        return answer();
      });
    },
  });
  const box = (kind: string, way: string) => page.findByRole('checkbox', { name: `${kind}: ${way}` });
  const save = async () => page.user.click(await page.findByRole('button', { name: 'Save' }));
  return { ...page, server, box, save };
}

describe('what one wants to hear of', () => {
  it.each([
    ['Inbox', 'inbox'],
    ['E-mail', 'email'],
    ['Channels', 'channels'],
  ] as const)('is switched off by one way of one kind: %s', async (label, way) => {
    const { box, save, server, user, findByText } = await showPreferences();
    const off = await box(FIRES, label);
    expect(off).toBeChecked();
    await user.click(off);
    await save();
    await findByText('Your choices are saved.');
    expect(server.sent).toMatchObject([{ etag: 'version 1' }]);
    expect(server.sent[0]?.requestId).not.toBe('');
    expect(server.sent[0]?.preferences?.preferences).toEqual(
      allBut(NotificationKind.ALERT_FIRED, { [way]: false }),
    );
    expect(await box(FIRES, label)).not.toBeChecked();

    // The next change is one of what the server has now.
    await user.click(await box(RESOLVED, label));
    await save();
    await vi.waitFor(() => expect(server.sent).toHaveLength(2));
    expect(server.sent[1]?.etag).toBe('version 2');
    expect(
      server.sent[1]?.preferences?.preferences.filter((one) => !one[way]).map(({ kind }) => kind),
    ).toEqual([NotificationKind.ALERT_FIRED, NotificationKind.ALERT_RESOLVED]);
  });

  it('keeps news of security in the inbox and in the mail, and only its channels are a choice', async () => {
    const { box, save, server, user, findByText } = await showPreferences();
    for (const way of ['Inbox', 'E-mail']) {
      const fixed = await box(SECURITY, way);
      expect(fixed).toBeDisabled();
      await user.click(fixed);
      expect(fixed).toBeChecked();
    }
    await user.click(await box(SECURITY, 'Channels'));
    await save();
    await findByText('Your choices are saved.');
    expect(server.sent[0]?.preferences?.preferences).toEqual(
      allBut(NotificationKind.SECURITY, { channels: false }),
    );
  });

  it('says why it could not be saved, and keeps what was chosen for another try', async () => {
    const { box, save, server, user, findByText, queryByText } = await showPreferences();
    await user.click(await box(FIRES, 'E-mail'));
    server.refuses = refusal(Code.ResourceExhausted, 'RATE_LIMITED');
    await save();
    await findByText(/Too many tries\./);
    expect(await box(FIRES, 'E-mail')).not.toBeChecked();

    server.refuses = undefined;
    await save();
    await findByText('Your choices are saved.');
    expect(server.preferences).toEqual(allBut(NotificationKind.ALERT_FIRED, { email: false }));
    expect(queryByText(/Too many tries\./)).toBeNull();
  });

  it('shows what another window has chosen meanwhile, when asked to', async () => {
    const { box, save, server, user, findByRole, queryByRole } = await showPreferences();
    await user.click(await box(FIRES, 'E-mail'));
    server.preferences = allBut(NotificationKind.ALERT_RESOLVED, { channels: false });
    server.version = 2;
    server.refuses = refusal(Code.Aborted, 'ETAG_MISMATCH');
    await save();
    expect(await findByRole('alert')).toHaveTextContent('Somebody has changed this meanwhile.');
    expect(shown([await box(FIRES, 'E-mail'), await box(RESOLVED, 'Channels')])).toEqual([false, true]);

    server.refuses = undefined;
    await user.click(await findByRole('button', { name: 'Load what is there now' }));
    await vi.waitFor(async () =>
      expect(shown([await box(FIRES, 'E-mail'), await box(RESOLVED, 'Channels')])).toEqual([true, false]),
    );
    expect(queryByRole('alert')).toBeNull();
    await save();
    await vi.waitFor(() => expect(server.sent).toHaveLength(2));
    expect(server.sent[1]?.etag).toBe('version 2');
  });

  it('says why it could not be read, and tries again', async () => {
    const { box, findByRole, queryByRole, server, user } = await showPreferences(
      refusal(Code.Internal, 'INTERNAL'),
    );
    expect(await findByRole('alert')).toHaveTextContent('Something went wrong on our side.');
    expect(queryByRole('checkbox')).toBeNull();
    server.unreadable = undefined;
    await user.click(await findByRole('button', { name: 'Try again' }));
    expect(await box(FIRES, 'Inbox')).toBeChecked();
  });
});
