import { undoEmailChange } from '@latchkey/contract/emails';
import { pages } from '@latchkey/contract/pages';
import { Link } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { useLinkToken } from '../api/use-link-token.ts';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { LinkAction } from './link-action.tsx';

const done = (
  <Notice kind="success">
    The change is undone, and every device is signed out. We sent you a message with a link to set a new password.
  </Notice>
);

const UndoPage = () => {
  const api = useApi();
  const token = useLinkToken();
  return (
    <CardPage title="Undo the change">
      {token ? (
        <LinkAction label="Undo the change" action={() => api.call(undoEmailChange, { body: { token } })} done={done}>
          <p>If you did not change your account, undo it now. Then:</p>
          <ul className="list-disc ps-5">
            <li>every device is signed out, and API tokens end</li>
            <li>the current password ends, and we send you a link to set a new one</li>
          </ul>
        </LinkAction>
      ) : (
        <p>
          Open the link in the message that told you about the change, or{' '}
          <Link className="link" to={pages.forgotPassword}>
            set a new password
          </Link>
          .
        </p>
      )}
    </CardPage>
  );
};

export default UndoPage;
