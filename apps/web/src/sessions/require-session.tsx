import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { inWords } from '../api.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { logInPath } from './return-to.ts';
import { useSession } from './session.ts';

/** Shows what is inside only to signed-in people; sends strangers to sign in, and back here afterwards. */
export const RequireSession = () => {
  const session = useSession();
  const location = useLocation();
  if (session.data) return <Outlet />;
  if (session.isPending || (session.isFetching && session.isError)) return <Loading what="your account" />;
  if (session.isError) {
    return (
      <Notice kind="error">
        <p>{inWords(session.error)}</p>
        <button type="button" className="btn btn-sm" onClick={() => session.refetch()}>
          Try again
        </button>
      </Notice>
    );
  }
  return <Navigate to={logInPath(location)} replace />;
};
