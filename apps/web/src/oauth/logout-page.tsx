import { requestLogout } from '@latchkey/contract/oauth';
import { pages } from '@latchkey/contract/pages';
import { useEffect, useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { errorMessage } from '../api/errors.ts';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi, useSession } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { useLoad } from '../api/use-load.ts';
import { SessionFailed } from '../sessions/session-failed.tsx';
import { brand } from '../ui/brand.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { Leave } from './leave.tsx';
import { RequestFailed } from './request-failed.tsx';

type Props = { readonly isConfirmed: boolean; readonly onSignedOut: () => void };

/** Signs out, at once if the app has proved that it belongs to this session, otherwise when the user agrees. */
const SignOut = ({ isConfirmed, onSignedOut }: Props) => {
  const api = useApi();
  const { run, isPending, error } = useAction();
  const signOut = (): Promise<void> => run(() => api.signOut().then(onSignedOut));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (isConfirmed) signOut();
  }, []);
  if (isConfirmed && error === undefined) return <Loading what="the app" />;
  return (
    <CardPage title="Sign out?">
      <div className="flex flex-col gap-4">
        {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
        <p>
          An app asks to sign you out of <bdi>{brand.name}</bdi>. You would also be signed out of every app that you use
          with it in this browser.
        </p>
        <div className="flex flex-wrap gap-3">
          <button type="button" className="btn btn-primary" aria-disabled={isPending} onClick={signOut}>
            Sign out
          </button>
          <Link to={pages.profile} className="btn btn-ghost">
            Stay signed in
          </Link>
        </div>
      </div>
    </CardPage>
  );
};

const Answer = () => {
  const api = useApi();
  const session = useSession();
  const { search } = useLocation();
  const query = useLoad(() => api.call(requestLogout, { body: { query: search } }));
  const [isSignedOut, setIsSignedOut] = useState(session.status === 'signed_out');
  if (query.error !== undefined)
    return <RequestFailed title="The app can’t sign you out" error={query.error} onRetry={query.reload} />;
  if (query.data === undefined) return <Loading what="the app" />;
  const { location, isConfirmed } = query.data;
  if (!isSignedOut) return <SignOut isConfirmed={isConfirmed} onSignedOut={() => setIsSignedOut(true)} />;
  if (location !== undefined) return <Leave to={location} />;
  return <Navigate to={pages.logIn} replace state={{ notice: 'You are signed out.' } satisfies NoticeState} />;
};

/** The logout page for apps (RP-Initiated Logout 1.0): an app sends the browser here. */
const LogoutPage = () => {
  const session = useSession();
  if (session.status === 'loading') return <Loading what="your account" />;
  if (session.status === 'failed') return <SessionFailed error={session.error} />;
  return <Answer />;
};

export default LogoutPage;
