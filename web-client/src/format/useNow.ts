/** The time, for what says how long ago something was. */
import { useEffect, useState } from 'react';

const TICK = 30_000;

/** Anew twice a minute; undefined while it is not wanted. */
export function useNow(wanted = true): Date | undefined {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => setNow(new Date()), TICK);
    return () => clearInterval(timer);
  }, [wanted]);
  return wanted ? now : undefined;
}
