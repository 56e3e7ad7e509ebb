import { deleteMe } from '@latchkey/contract/accounts';
import { useId, useRef } from 'react';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { HiddenUsernameField } from '../passwords/hidden-username-field.tsx';
import { PasswordField } from '../passwords/password-field.tsx';
import { useIfSignedOut } from '../sessions/if-signed-out.ts';
import { Notice } from '../ui/notice.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const DeleteAccount = () => {
  const api = useApi();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const ifSignedOut = useIfSignedOut();
  const { form, submit, failure, isPending, errors } = useServerForm(deleteMe.body, {
    values: { password: '' },
    fieldOf: { wrong_password: 'password' },
    onLostAnswer: () =>
      ifSignedOut('Your account may already have been deleted. If you can still sign in, delete it again.'),
    send: async (confirmation) => {
      await api.call(deleteMe, { body: confirmation });
      api.forget();
      // Loaded anew, so that nothing of the account stays in the memory of this page.
      window.location.replace('/goodbye');
    },
  });

  return (
    <>
      <p className="mb-4 text-sm">Your account and everything in it are removed for good, here and on every device.</p>
      <button type="button" className="btn btn-error btn-outline" onClick={() => dialog.current?.showModal()}>
        Delete account…
      </button>
      <dialog ref={dialog} className="modal" aria-labelledby={titleId} onClose={() => form.reset()}>
        <div className="modal-box">
          <h3 id={titleId} className="mb-2 text-lg font-semibold">
            Delete your account for good?
          </h3>
          <form onSubmit={submit} noValidate className="flex flex-col gap-4">
            <p>This cannot be undone. Type your password to go on.</p>
            {failure && <Notice kind="error">{failure}</Notice>}
            <HiddenUsernameField />
            <PasswordField
              label="Password"
              autoComplete="current-password"
              error={errors.password?.message}
              {...form.register('password')}
            />
            <div className="flex flex-wrap justify-end gap-3">
              <button type="button" className="btn btn-ghost" onClick={() => dialog.current?.close()}>
                Keep my account
              </button>
              <SubmitButton isPending={isPending} className="btn-error">
                Delete my account
              </SubmitButton>
            </div>
          </form>
        </div>
      </dialog>
    </>
  );
};
