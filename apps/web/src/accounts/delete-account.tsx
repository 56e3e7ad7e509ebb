import { deleteMe } from '@latchkey/contract/accounts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { HiddenUsernameField } from '../passwords/hidden-username-field.tsx';
import { PasswordField } from '../passwords/password-field.tsx';
import { useSignInNotice } from '../sessions/sign-in-notice.ts';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const DeleteAccount = () => {
  const api = useApi();
  const setSignInNotice = useSignInNotice();
  const { form, submit, failure, isPending, errors } = useServerForm(deleteMe.body, {
    values: { password: '' },
    fieldOf: { wrong_password: 'password' },
    onNoResponse: () =>
      setSignInNotice('Your account may already have been deleted. If you can still sign in, delete it again.'),
    send: async (confirmation) => {
      await api.call(deleteMe, { body: confirmation });
      api.clearSession();
      // A full page load, so that no account data stays in memory.
      window.location.replace('/goodbye');
    },
  });

  return (
    <>
      <p className="mb-4 text-sm">
        This permanently deletes your account and all its data, and signs out all your devices.
      </p>
      <DialogButton
        label="Delete account…"
        className="btn-error btn-outline"
        title="Delete your account?"
        onClose={() => form.reset()}
      >
        {(close) => (
          <form onSubmit={submit} noValidate className="flex flex-col gap-4">
            <p>This cannot be undone. Enter your password to continue.</p>
            {failure && <Notice kind="error">{failure}</Notice>}
            <HiddenUsernameField />
            <PasswordField
              label="Password"
              autoComplete="current-password"
              error={errors.password?.message}
              {...form.register('password')}
            />
            <DialogActions>
              <button type="button" className="btn btn-ghost" onClick={close}>
                Cancel
              </button>
              <SubmitButton isPending={isPending} className="btn-error">
                Delete my account
              </SubmitButton>
            </DialogActions>
          </form>
        )}
      </DialogButton>
    </>
  );
};
