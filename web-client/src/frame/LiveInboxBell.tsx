/** The bell that counts what is unread. What it opens comes when it is asked for. */
import { Suspense, useState } from 'react';

import { InboxButton } from './InboxButton';
import { lazily } from './lazily';

const InboxDropdown = lazily(() => import('./InboxDropdown'));

export default function LiveInboxBell() {
  const [asked, setAsked] = useState(false);
  if (!asked) return <InboxButton onClick={() => setAsked(true)} aria-expanded={false} />;
  return (
    <Suspense fallback={<InboxButton aria-busy />}>
      <InboxDropdown />
    </Suspense>
  );
}
