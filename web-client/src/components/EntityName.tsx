/** The name of something, leading to its page for those who may open it. */
import { Anchor } from '@mantine/core';
import { Link } from 'react-router';

interface Props {
  readonly name: string;
  /** Undefined for those who may not. */
  readonly to: string | undefined;
}

export function EntityName({ name, to }: Props) {
  if (to === undefined) return <>{name}</>;
  return (
    <Anchor component={Link} to={to} c="inherit" fw={600}>
      {name}
    </Anchor>
  );
}
