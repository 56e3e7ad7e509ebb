import { pages } from '@latchkey/contract/pages';
import { useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router-dom';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi, useSession } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { logInPath } from './return-to.ts';
import { SessionFailed } from './session-failed.tsx';

const endedNotices = {
  ended: 'Your session has ended. Sign in again to continue.',
  reused:
    'Your session was ended to protect you: its token was used twice. Sign in again, then check your recent activity.',
} as const;

/** For pages that need a session: redirects to the sign-in page, which leads back here. */
export const RequireSession = () => {
  const api = useApi();
  const session = useSession();
  const location = useLocation();
  // Without dependencies, so that it also runs when the user opens another page.
  useEffect(() => {
    api.recheckSession();
  });
  // The key remounts every page when another user signs in, in another tab.
  if (session.status === 'signed_in') return <Outlet key={session.signedIn.user.id} />;
  if (session.status === 'loading') return <Loading what="your account" />;
  if (session.status === 'failed') return <SessionFailed error={session.error} />;
  if (session.reason === 'user')
    return <Navigate to={pages.logIn} replace state={{ notice: 'You are signed out.' } satisfies NoticeState} />;
  const notice = location.state?.signInNotice ?? (session.reason && endedNotices[session.reason]);
  return <Navigate to={logInPath(location)} replace state={{ notice, kind: 'warning' } satisfies NoticeState} />;
};
