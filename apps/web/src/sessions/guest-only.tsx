import { Navigate, Outlet, useSearchParams } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { returnTo } from './return-to.ts';

/** Signing in and registering are for strangers; whoever is signed in goes on to where they wanted to be. */
export const GuestOnly = () => {
  const session = useSession();
  const [search] = useSearchParams();
  if (session.data) return <Navigate to={returnTo(search.get('return-to'), window.location.origin)} replace />;
  if (session.isPending) return <Loading what="this page" />;
  return <Outlet />;
};
