import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/** The token of the link that opened this page, which then disappears from the address bar and the history. */
export const useLinkToken = (): string | undefined => {
  const location = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined);
  useEffect(() => {
    if (location.hash) navigate({ ...location, hash: '' }, { replace: true, state: location.state });
  }, [location, navigate]);
  return token;
};
