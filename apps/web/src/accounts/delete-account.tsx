import { deleteMe } from '@latchkey/contract/accounts';
import { pages } from '@latchkey/contract/pages';
import { flushSync } from 'react-dom';
import { useApi } from '../api/session.ts';
import { useSignInNotice } from '../api/sign-in-notice.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { HiddenUsernameField } from '../passwords/hidden-username-field.tsx';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const DeleteAccount = () => {
  const api = useApi();
  const setSignInNotice = useSignInNotice();
  const form = useServerForm(deleteMe.body, {
    fieldOf: { wrong_password: 'password' },
    onNoResponse: () =>
      setSignInNotice('Your account may already have been deleted. If you can still sign in, delete it again.'),
    send: async (confirmation) => {
      await api.call(deleteMe, { body: confirmation });
      flushSync(api.forgetSession);
      // A full page load, so that no account data stays in memory. The router passes on the state.
      window.history.replaceState({ usr: { isDeleted: true } }, '', pages.goodbye);
      window.location.reload();
    },
  });

  return (
    <section className="flex flex-wrap items-center justify-between gap-x-10 gap-y-3 border-t border-base-300 px-5 pt-6 sm:px-8">
      <div className="grow basis-64">
        <h2 className="font-semibold">Delete account</h2>
        <p className="text-sm text-base-content/75">
          This permanently deletes your account and all its data, and signs out all your devices.
        </p>
      </div>
      <DialogButton
        label="Delete account…"
        className="btn-error btn-outline btn-sm"
        title="Delete your account?"
        onClose={() => form.reset()}
      >
        {(close) => (
          <form {...form.props} className="flex flex-col gap-4">
            <p>This cannot be undone. Enter your password to continue.</p>
            <FormFailure {...form.status} />
            <HiddenUsernameField />
            <PasswordField label="Password" autoComplete="current-password" {...form.field('password')} />
            <DialogActions>
              <button type="button" className="btn btn-ghost" onClick={close}>
                Cancel
              </button>
              <SubmitButton status={form.status} className="btn-error">
                Delete my account
              </SubmitButton>
            </DialogActions>
          </form>
        )}
      </DialogButton>
    </section>
  );
};
