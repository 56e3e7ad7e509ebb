import { ProblemError } from '@latchkey/contract/client';
import type { ResponseOf } from '@latchkey/contract/endpoint';
import { identify, signInWithIdentity } from '@latchkey/contract/identities';
import { pages } from '@latchkey/contract/pages';
import { useState } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router-dom';
import { ErrorNotice } from '../api/error-notice.tsx';
import { errorMessage } from '../api/errors.ts';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi, useSession } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { SessionFailed } from '../sessions/session-failed.tsx';
import { Loading } from '../ui/loading.tsx';
import { CardPage } from '../ui/page.tsx';
import { ConnectIdentity } from './connect-identity.tsx';
import { RegisterIdentity } from './register-identity.tsx';
import { returnTarget, takeReturnPath } from './return-target.ts';
import { useLoadOnce } from './use-load-once.ts';

export type Identified = ResponseOf<typeof identify>;

/** The owner of a closed account may keep it. */
const ClosedAccount = ({ error, attempt }: { error: ProblemError; attempt: string }) => {
  const api = useApi();
  const navigate = useNavigate();
  const { run, isPending, error: latest = error } = useAction();
  const reopen = async (): Promise<void> => {
    await api.signInWith(signInWithIdentity, { attempt, reopen: true });
    navigate(takeReturnPath(), { replace: true });
  };
  return (
    <CardPage title="This account is closed">
      <div className="flex flex-col gap-4">
        <ErrorNotice error={latest} />
        <button
          type="button"
          className="btn btn-primary self-start"
          aria-disabled={isPending}
          onClick={() => run(reopen)}
        >
          Keep my account
        </button>
      </div>
    </CardPage>
  );
};

/** Back to where the attempt began, with the reason. A used answer in a browser that is signed in needs none. */
const Failed = ({ error }: { error: unknown }) => {
  const { status } = useSession();
  const isSpent = error instanceof ProblemError && error.problem.code === 'token_spent';
  const notice: NoticeState = { notice: errorMessage(error), kind: 'warning' };
  if (status === 'signed_in') {
    if (isSpent) return <Navigate to={pages.profile} replace />;
    return <Navigate to={pages.signInMethods} replace state={notice} />;
  }
  const target = returnTarget();
  const path = target === null ? pages.logIn : `${pages.logIn}?${new URLSearchParams({ 'return-to': target })}`;
  return <Navigate to={path} replace state={notice} />;
};

type Answer = { readonly provider: string; readonly query: string };

const Identity = ({ provider, query }: Answer) => {
  const api = useApi();
  const navigate = useNavigate();
  const session = useSession();
  const attempt = new URLSearchParams(query).get('state') ?? '';
  const loaded = useLoadOnce(async () => {
    const found = await api.call(identify, { params: { provider }, body: { query } });
    if (found.next !== 'sign_in') return found;
    await api.signInWith(signInWithIdentity, { attempt });
    navigate(takeReturnPath(), { replace: true });
    return undefined;
  });

  const { data: found, error } = loaded;
  // Decided once: the page that registers a user signs them in, too.
  const [isSignedIn, setIsSignedIn] = useState<boolean>();
  if (found && isSignedIn === undefined && session.status !== 'loading') setIsSignedIn(session.status === 'signed_in');
  if (session.status === 'failed') return <SessionFailed error={session.error} />;
  if (session.status === 'loading') return <Loading what="your account" />;
  if (error instanceof ProblemError && error.problem.code === 'account_closed')
    return <ClosedAccount error={error} attempt={attempt} />;
  if (error !== undefined) return <Failed error={error} />;
  if (!found || isSignedIn === undefined) return <Loading what="your account" />;
  return isSignedIn ? <ConnectIdentity found={found} /> : <RegisterIdentity found={found} />;
};

/** A provider sends the browser here. Its answer is in the fragment, which reaches no server and no log. */
const ContinuePage = () => {
  const { hash } = useLocation();
  const [answer] = useState(() => new URLSearchParams(hash.slice(1)));
  return <Identity provider={answer.get('provider') ?? 'none'} query={answer.get('query') ?? ''} />;
};

export default ContinuePage;
