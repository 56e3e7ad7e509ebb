import { exportMe } from '@latchkey/contract/accounts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { HiddenUsernameField } from '../passwords/hidden-username-field.tsx';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const saveFile = (file: Blob, name: string): void => {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: name });
  link.click();
  // Later: some browsers read the URL only after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const ExportForm = ({ username, close }: { username: string; close: () => void }) => {
  const api = useApi();
  const form = useServerForm(exportMe.body, {
    fieldOf: { wrong_password: 'password' },
    send: async (confirmation) => {
      saveFile(await api.call(exportMe, { body: confirmation }), `${username}-data.zip`);
      close();
    },
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      <p>Enter your password to continue.</p>
      <FormFailure {...form.status} />
      <HiddenUsernameField />
      <PasswordField label="Current password" autoComplete="current-password" {...form.field('password')} />
      <DialogActions>
        <button type="button" className="btn btn-ghost" onClick={close}>
          Cancel
        </button>
        <SubmitButton status={form.status}>Download</SubmitButton>
      </DialogActions>
    </form>
  );
};

export const ExportData = ({ username }: { username: string }) => {
  return (
    <section className="flex flex-wrap items-center justify-between gap-x-10 gap-y-3 border-t border-base-300 px-5 pt-6 sm:px-8">
      <div className="grow basis-64">
        <h2 className="font-semibold">Your data</h2>
        <p className="text-sm text-base-content/75">
          Download everything that is stored about you, as a page to read and a file for programs.
        </p>
      </div>
      <DialogButton label="Download your data…" className="btn-outline btn-sm" title="Download your data?">
        {(close) => <ExportForm username={username} close={close} />}
      </DialogButton>
    </section>
  );
};
