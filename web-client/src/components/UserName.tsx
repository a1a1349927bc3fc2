/** An account by its address, leading to its page. For pages of the staff. */
import { Text } from '@mantine/core';
import { Fragment } from 'react';
import { Link } from 'react-router';

import { useEmailOf } from '@/api/directory';
import { paths } from '@/paths';

import classes from './UserName.module.css';

interface Props {
  readonly userId: string;
  /** When the page knows it, as lists of many do. */
  readonly email?: string | undefined;
}

export function UserName({ userId, email }: Props) {
  if (userId === '') return <span>–</span>;
  return email === undefined ? <AskedUserName userId={userId} /> : <UserLink userId={userId} email={email} />;
}

function AskedUserName({ userId }: { readonly userId: string }) {
  return <UserLink userId={userId} email={useEmailOf(userId)} />;
}

function UserLink({ userId, email }: Props) {
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

/** Where it is too long for its place it breaks before the @ and after dots, not in the middle of a word. */
function Address({ email }: { readonly email: string }) {
  return email.split(/(?=@)|(?<=\.)/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
