import { deleteMe } from '@latchkey/contract/accounts';
import { pages } from '@latchkey/contract/pages';
import { flushSync } from 'react-dom';
import { useApi } from '../api/session.ts';
import { useSignInNotice } from '../api/sign-in-notice.ts';
import { PasswordDialogSection } from './password-dialog-section.tsx';

export const DeleteAccount = () => {
  const api = useApi();
  const setSignInNotice = useSignInNotice();
  return (
    <PasswordDialogSection
      heading="Delete account"
      about="This closes your account and signs out all your devices. After seven days, the account is deleted with all its data."
      buttonLabel="Delete account…"
      buttonLook="btn-error btn-outline"
      title="Delete your account?"
      schema={deleteMe.body}
      text="To change your mind, sign in within seven days."
      fieldLabel="Password"
      submitLabel="Delete my account"
      submitLook="btn-error"
      onNoResponse={() =>
        setSignInNotice('Your account may already be closed. If you can still sign in, delete it again.')
      }
      send={async (confirmation) => {
        await api.call(deleteMe, { body: confirmation });
        flushSync(api.forgetSession);
        // A full page load, so that no account data stays in memory. The router passes on the state.
        window.history.replaceState({ usr: { isDeleted: true } }, '', pages.goodbye);
        window.location.reload();
      }}
    />
  );
};
