/** The bell: how much is unread, and behind it the newest. What it opens comes after the frame. */
import { Suspense, useState } from 'react';

import { InboxButton } from './InboxButton';
import { lazily } from './lazily';

const InboxDropdown = lazily(() => import('./InboxDropdown'));

export function InboxBell() {
  const [asked, setAsked] = useState(false);
  if (!asked) return <InboxButton onClick={() => setAsked(true)} aria-expanded={false} />;
  return (
    <Suspense fallback={<InboxButton aria-busy />}>
      <InboxDropdown />
    </Suspense>
  );
}
