import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { errorMessage } from '../api/api.ts';
import { useSession } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { logInPath } from './return-to.ts';

/** Shows what is inside only to signed-in people; sends strangers to sign in, and back here afterwards. */
export const RequireSession = () => {
  const session = useSession();
  const location = useLocation();
  // Another person, from another tab: every page begins anew.
  if (session.data) return <Outlet key={session.data.id} />;
  if (session.isPending || (session.isFetching && session.isError)) return <Loading what="your account" />;
  if (session.isError) {
    return (
      <CardPage title="Your account is out of reach">
        <div className="flex flex-col items-start gap-4">
          <Notice kind="error">{errorMessage(session.error)}</Notice>
          <p>You are still signed in, and nothing was lost.</p>
          <button type="button" className="btn btn-primary" onClick={() => session.refetch()}>
            Try again
          </button>
        </div>
      </CardPage>
    );
  }
  return <Navigate to={logInPath(location)} replace state={{ notice: location.state?.ifSignedOut }} />;
};
