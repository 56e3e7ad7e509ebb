import { ProblemError } from '@latchkey/contract/client';
import { pages } from '@latchkey/contract/pages';
import { Link } from 'react-router-dom';
import { errorMessage } from '../api/errors.ts';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';

type Props = { readonly title: string; readonly error: unknown; readonly onRetry: () => unknown };

/** The request of an app could not be answered, and the browser cannot be sent back to the app. */
export const RequestFailed = ({ title, error, onRetry }: Props) => (
  <CardPage title={title}>
    <div className="flex flex-col gap-4">
      <Notice kind="error">{errorMessage(error)}</Notice>
      <div className="flex flex-wrap gap-3">
        {!(error instanceof ProblemError && error.problem.code === 'invalid_authorization_request') && (
          <button type="button" className="btn btn-primary" onClick={onRetry}>
            Try again
          </button>
        )}
        <Link to={pages.home} className="btn btn-ghost">
          Go to your account
        </Link>
      </div>
    </div>
  </CardPage>
);
