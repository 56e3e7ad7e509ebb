import { linkIdentity } from '@latchkey/contract/identities';
import { pages } from '@latchkey/contract/pages';
import { Link, useNavigate } from 'react-router-dom';
import { ErrorNotice } from '../api/error-notice.tsx';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi, useUser } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { CardPage } from '../ui/page.tsx';
import type { Identified } from './continue-page.tsx';

/** Asks a signed-in user before another way to sign in is added to the account. */
export const ConnectIdentity = ({ found }: { found: Identified }) => {
  const api = useApi();
  const navigate = useNavigate();
  const { run, isPending, error } = useAction();
  const { label } = found.provider;
  const connect = async (): Promise<void> => {
    await api.call(linkIdentity, { body: { attempt: found.attempt } });
    const notice = `You can now sign in with ${label}.`;
    navigate(pages.signInMethods, { replace: true, state: { notice } satisfies NoticeState });
  };
  return (
    <CardPage title={`Connect ${label}`}>
      <div className="flex flex-col gap-4">
        {error !== undefined && <ErrorNotice error={error} />}
        <p>
          Connect the <bdi>{label}</bdi> account{' '}
          {found.profile.account !== null && <bdi className="font-medium wrap-anywhere">{found.profile.account}</bdi>}{' '}
          to your account <bdi className="font-medium wrap-anywhere">{useUser()?.username}</bdi>? Then you can sign in
          with either.
        </p>
        <div className="flex flex-wrap gap-3">
          <button type="button" className="btn btn-primary" aria-disabled={isPending} onClick={() => run(connect)}>
            Connect
          </button>
          <Link to={pages.signInMethods} className="btn btn-ghost">
            Cancel
          </Link>
        </div>
      </div>
    </CardPage>
  );
};
