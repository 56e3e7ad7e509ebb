import { Navigate, Outlet, useSearchParams } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { returnTo } from './return-to.ts';

/**
 * For the sign-in and registration pages: redirects a signed-in user to the page that they came for, unless they must sign in
 * again (`useSignIn`).
 */
export const GuestOnly = () => {
  const session = useSession();
  const [search] = useSearchParams();
  if (session.status === 'signed_in' && !search.has('again'))
    return <Navigate to={returnTo(search.get('return-to'), window.location.origin)} replace />;
  if (session.status === 'loading') return <Loading what="this page" />;
  return <Outlet />;
};
