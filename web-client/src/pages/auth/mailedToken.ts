/**
 * The token of a mailed link stands after the `#`, which no browser sends to a server. It is taken out of the address at once, so
 * that it stays neither in the history nor on a screen that somebody shares.
 */
import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

export function useMailedToken(): string | undefined {
  const { hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => new URLSearchParams(hash.slice(1)).get('token') ?? undefined);
  useEffect(() => {
    if (hash !== '') void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return token;
}
