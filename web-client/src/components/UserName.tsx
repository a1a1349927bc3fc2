/** An account by its address, leading to its page. For pages of the staff. */
import { Text } from '@mantine/core';
import { Fragment } from 'react';
import { Link } from 'react-router';

import { useEmailOf } from '@/api/directory';
import type { Follow } from '@/frame/useFollow';
import { paths } from '@/paths';

import classes from './UserName.module.css';

export function UserName({ userId }: { readonly userId: string }) {
  return userId === '' ? <span>–</span> : <AskedUserName userId={userId} />;
}

function AskedUserName({ userId }: { readonly userId: string }) {
  const email = useEmailOf(userId);
  return (
    <Link to={paths.user(userId)} className={classes.link}>
      {email === undefined ? (
        <Text span ff="monospace" size="xs">
          {userId}
        </Text>
      ) : (
        <Address email={email} />
      )}
    </Link>
  );
}

interface LabelProps {
  readonly userId: string;
  /** When the list knows it. */
  readonly email: string | undefined;
  readonly follow: Follow;
}

/** The same for rows of long lists, whose list knows most addresses and what a link does. */
export function UserLabel({ userId, email, follow }: LabelProps) {
  if (userId === '' || email === undefined) return <UserName userId={userId} />;
  return (
    <a href={paths.user(userId)} className={classes.link} onClick={follow}>
      <Address email={email} />
    </a>
  );
}

/** Where it is too long for its place it breaks before the @ and after dots, not in the middle of a word. */
function Address({ email }: { readonly email: string }) {
  return email.split(/(?=@)|(?<=\.)/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
