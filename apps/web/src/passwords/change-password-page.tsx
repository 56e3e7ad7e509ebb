import { changePassword } from '@latchkey/contract/passwords';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import { useApi, useSession } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { useSignInNotice } from '../sessions/sign-in-notice.ts';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { HiddenUsernameField } from './hidden-username-field.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { PasswordField } from './password-field.tsx';

const ChangePasswordPage = () => {
  const api = useApi();
  const user = useSession().data;
  const navigate = useNavigate();
  const { state } = useLocation();
  const setSignInNotice = useSignInNotice();
  const { form, submit, failure, isPending, errors } = useServerForm(changePassword.body, {
    values: { currentPassword: '', newPassword: '' },
    fieldOf: { wrong_password: 'currentPassword' },
    afterNoResponse: {
      wrong_password: 'Your password may already be changed. Sign out, then sign in with the new one.',
    },
    onNoResponse: () => setSignInNotice('Your password may already be changed. Try the new one first.'),
    send: async (passwords) => {
      await api.changePassword(passwords);
      navigate('/profile', {
        state: { notice: 'Password changed. All other devices were signed out.' },
      });
    },
  });

  return (
    <CardPage title="Change password">
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {state?.notice && <Notice kind="success">{state.notice}</Notice>}
        {failure && <Notice kind="error">{failure}</Notice>}
        <HiddenUsernameField />
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          error={errors.currentPassword?.message}
          {...form.register('currentPassword')}
        />
        <NewPasswordField
          label="New password"
          text={form.watch('newPassword')}
          context={[user?.username, user?.email, user?.displayName]}
          error={errors.newPassword?.message}
          {...form.register('newPassword')}
        />
        <p className="text-sm">This signs out all other devices.</p>
        <div className="flex flex-wrap gap-3">
          <SubmitButton isPending={isPending}>Change password</SubmitButton>
          <Link to="/profile" className="btn btn-ghost">
            Cancel
          </Link>
        </div>
      </form>
    </CardPage>
  );
};

export default ChangePasswordPage;
