/**
 * What a plain link of ours does when it is clicked: the page changes without being loaded anew. For rows of long lists, where a `Link`
 * in each would look at the address again for every row that comes into sight.
 */
import { type MouseEvent, useCallback } from 'react';
import { useNavigate } from 'react-router';

export type Follow = (event: MouseEvent<HTMLAnchorElement>) => void;

export function useFollow(): Follow {
  const navigate = useNavigate();
  return useCallback<Follow>(
    (event) => {
      const { button, metaKey, ctrlKey, shiftKey, altKey, currentTarget } = event;
      // The browser opens another tab or window, or saves what is behind the link.
      if (event.defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
      event.preventDefault();
      const { pathname, search, hash } = currentTarget;
      void navigate({ pathname, search, hash });
    },
    [navigate],
  );
}
