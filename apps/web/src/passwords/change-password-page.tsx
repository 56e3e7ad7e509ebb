import { changePassword } from '@latchkey/contract/passwords';
import { Link, useNavigate } from 'react-router-dom';
import { NavigationNotice } from '../api/navigation-notice.tsx';
import { useApi, useUser } from '../api/session.ts';
import { SignInAgain } from '../api/sign-in-again.tsx';
import { useSignInNotice } from '../api/sign-in-notice.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { useHasPassword } from '../identities/use-has-password.ts';
import { FormFailure } from '../ui/form-failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { Card, Page } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { checkNewPassword } from './check-new-password.ts';
import { HiddenUsernameField } from './hidden-username-field.tsx';
import { NewPasswordField } from './new-password-field.tsx';

const ChangePasswordForm = ({ hasPassword }: { hasPassword: boolean }) => {
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
        state: { notice: `Password ${hasPassword ? 'changed' : 'set'}. All other devices were signed out.` },
      });
    },
  });

  const title = hasPassword ? 'Change password' : 'Set a password';
  return (
    <Page title={title}>
      <Card>
        <form {...form.props} className="flex max-w-md flex-col gap-4">
          <NavigationNotice />
          <FormFailure {...form.status} />
          <SignInAgain code={form.status.code} />
          <HiddenUsernameField />
          {hasPassword && (
            <PasswordField
              label="Current password"
              autoComplete="current-password"
              {...form.field('currentPassword')}
            />
          )}
          <NewPasswordField
            label="New password"
            text={form.text('newPassword')}
            context={[user?.username, user?.email, user?.displayName]}
            {...form.field('newPassword')}
          />
          <p className="text-sm">This signs out all other devices.</p>
          <div className="flex flex-wrap gap-3">
            <SubmitButton status={form.status}>{title}</SubmitButton>
            <Link to="/profile" className="btn btn-ghost">
              Cancel
            </Link>
          </div>
        </form>
      </Card>
    </Page>
  );
};

const ChangePasswordPage = () => {
  const hasPassword = useHasPassword();
  return hasPassword === undefined ? <Loading what="this page" /> : <ChangePasswordForm hasPassword={hasPassword} />;
};

export default ChangePasswordPage;
