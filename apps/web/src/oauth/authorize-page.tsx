import { authorize } from '@latchkey/contract/oauth';
import { useState } from 'react';
import { Navigate, useLocation } from 'react-router-dom';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi, useSession, useUser } from '../api/session.ts';
import { useLoad } from '../api/use-load.ts';
import { logInPath } from '../sessions/return-to.ts';
import { SessionFailed } from '../sessions/session-failed.tsx';
import { Loading } from '../ui/loading.tsx';
import { ConsentPage } from './consent-page.tsx';
import { Leave } from './leave.tsx';
import { RequestFailed } from './request-failed.tsx';

/** Asks the API what to do with the request in the address, and does it. */
const Answer = () => {
  const api = useApi();
  const user = useUser();
  const { pathname, search, hash } = useLocation();
  const since = new URLSearchParams(hash.slice(1)).get('since');
  const body = { query: search, ...(since !== null && { since }) };
  const query = useLoad(() => api.call(authorize, { body }));
  const [decided, setDecided] = useState<string>();
  const { location = decided, login, consent } = query.data ?? {};

  if (location !== undefined) return <Leave to={location} />;
  if (login) {
    const again = { pathname, search, hash: `#${new URLSearchParams({ since: login.since })}` };
    const path = logInPath(again, { ...(login.hint && { 'login-hint': login.hint }), ...(user && { again: '1' }) });
    const notice = user ? `Sign in again to continue to ${login.app}.` : `Sign in to continue to ${login.app}.`;
    return <Navigate to={path} replace state={{ notice, kind: 'info' } satisfies NoticeState} />;
  }
  if (consent) {
    const decide = async (consent: boolean): Promise<void> =>
      setDecided((await api.call(authorize, { body: { ...body, consent } })).location);
    return <ConsentPage {...consent} onDecided={decide} />;
  }
  if (query.error !== undefined)
    return <RequestFailed title="The app can’t sign you in" error={query.error} onRetry={query.reload} />;
  return <Loading what="the app" />;
};

/** The authorization endpoint (RFC 6749 §3.1): an app sends the browser here, and gets it back with a code. */
const AuthorizePage = () => {
  const session = useSession();
  if (session.status === 'loading') return <Loading what="your account" />;
  if (session.status === 'failed') return <SessionFailed error={session.error} />;
  // Once more when somebody signs in or out, in another tab.
  return <Answer key={session.status === 'signed_in' ? session.signedIn.user.id : 'nobody'} />;
};

export default AuthorizePage;
