import { errorMessage } from '../api/errors.ts';
import { useApi } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';

/** The API does not say who is signed in. */
export const SessionFailed = ({ error }: { error: unknown }) => {
  const api = useApi();
  return (
    <CardPage title="We can’t load your account">
      <div className="flex flex-col items-start gap-4">
        <Notice kind="error">{errorMessage(error)}</Notice>
        <p>You’re still signed in.</p>
        <button type="button" className="btn btn-primary" onClick={api.checkSession}>
          Try again
        </button>
      </div>
    </CardPage>
  );
};
