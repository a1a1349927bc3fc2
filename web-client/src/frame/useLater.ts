/**
 * A part that the page can do without: its code comes when the page is already there. Undefined until then, and for good where it cannot
 * be had.
 */
import { type ComponentType, useEffect, useState } from 'react';

export function useLater<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> | undefined {
  const [loaded, setLoaded] = useState<{ Part: ComponentType<Props> }>();
  useEffect(() => {
    let left = false;
    load()
      .then(({ default: Part }) => {
        if (!left) setLoaded({ Part });
      })
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, [load]);
  return loaded?.Part;
}
