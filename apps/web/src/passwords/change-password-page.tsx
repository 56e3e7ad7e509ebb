import { changePassword } from '@latchkey/contract/passwords';
import { Link, useNavigate } from 'react-router-dom';
import { NavigationNotice } from '../api/navigation-notice.tsx';
import { useApi, useUser } from '../api/session.ts';
import { useSignInNotice } from '../api/sign-in-notice.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { FormFailure } from '../ui/form-failure.tsx';
import { Card, Page } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { checkNewPassword } from './check-new-password.ts';
import { HiddenUsernameField } from './hidden-username-field.tsx';
import { NewPasswordField } from './new-password-field.tsx';

const ChangePasswordPage = () => {
  const api = useApi();
  const user = useUser();
  const navigate = useNavigate();
  const setSignInNotice = useSignInNotice();
  const form = useServerForm(changePassword.body, {
    alsoCheck: (texts) => checkNewPassword('newPassword', texts, user),
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
    <Page title="Change password">
      <Card>
        <form {...form.props} className="flex max-w-md flex-col gap-4">
          <NavigationNotice />
          <FormFailure {...form.status} />
          <HiddenUsernameField />
          <PasswordField label="Current password" autoComplete="current-password" {...form.field('currentPassword')} />
          <NewPasswordField
            label="New password"
            text={form.text('newPassword')}
            context={[user?.username, user?.email, user?.displayName]}
            {...form.field('newPassword')}
          />
          <p className="text-sm">This signs out all other devices.</p>
          <div className="flex flex-wrap gap-3">
            <SubmitButton status={form.status}>Change password</SubmitButton>
            <Link to="/profile" className="btn btn-ghost">
              Cancel
            </Link>
          </div>
        </form>
      </Card>
    </Page>
  );
};

export default ChangePasswordPage;
