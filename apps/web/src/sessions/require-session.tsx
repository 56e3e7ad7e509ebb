import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { errorMessage } from '../api/api.ts';
import { useSession } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { logInPath } from './return-to.ts';

/** For pages that need a session: redirects to the sign-in page, which leads back here. */
export const RequireSession = () => {
  const session = useSession();
  const location = useLocation();
  // The key remounts every page when another user signs in, in another tab.
  if (session.data) return <Outlet key={session.data.id} />;
  if (session.isPending || (session.isFetching && session.isError)) return <Loading what="your account" />;
  if (session.isError) {
    return (
      <CardPage title="We can’t load your account">
        <div className="flex flex-col items-start gap-4">
          <Notice kind="error">{errorMessage(session.error)}</Notice>
          <p>You’re still signed in.</p>
          <button type="button" className="btn btn-primary" onClick={() => session.refetch()}>
            Try again
          </button>
        </div>
      </CardPage>
    );
  }
  return <Navigate to={logInPath(location)} replace state={{ notice: location.state?.signInNotice }} />;
};
