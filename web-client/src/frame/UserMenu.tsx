/** The button of the account. Its menu weighs as much as the rest of the frame and comes after it. */
import { Suspense, useState } from 'react';

import { lazily } from './lazily';
import { UserMenuButton } from './UserMenuButton';

const UserMenuDropdown = lazily(() => import('./UserMenuDropdown'));

export function UserMenu() {
  const [asked, setAsked] = useState(false);
  if (!asked) return <UserMenuButton onClick={() => setAsked(true)} aria-expanded={false} />;
  return (
    <Suspense fallback={<UserMenuButton aria-busy />}>
      <UserMenuDropdown />
    </Suspense>
  );
}
