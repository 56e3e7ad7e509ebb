import { useNavigate, useSearchParams } from 'react-router-dom';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/session.ts';
import { returnTo } from './return-to.ts';

/**
 * Signs in. `GuestOnly` then opens the page that the user came for; only where a signed-in user had to sign in again, which it
 * cannot see, this does.
 */
export const useSignIn = (): Api['signInWith'] => {
  const api = useApi();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return async (endpoint, body) => {
    await api.signInWith(endpoint, body);
    if (search.has('again')) navigate(returnTo(search.get('return-to'), window.location.origin), { replace: true });
  };
};
