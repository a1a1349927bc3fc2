/**
 * What a form started from. Reading it again in the background does not take away what somebody is typing: it is exchanged only after a
 * change of one's own, or when asked for. Give the form the version as its key.
 */
import { useState } from 'react';

interface Edited<Entity> {
  readonly base: Entity;
  readonly setBase: (entity: Entity | undefined) => void;
  readonly reload: () => Promise<void>;
}

export function useEdited<Entity>(first: Entity, refetch: () => Promise<Entity | undefined>): Edited<Entity> {
  const [base, setKept] = useState(first);
  const setBase = (entity: Entity | undefined) => {
    if (entity !== undefined) setKept(entity);
  };
  return { base, setBase, reload: async () => setBase(await refetch()) };
}
