import { pages } from '@latchkey/contract/pages';
import { resetPassword } from '@latchkey/contract/passwords';
import { Link, useNavigate } from 'react-router-dom';
import type { NoticeState } from '../api/navigation-notice.tsx';
import { useApi } from '../api/session.ts';
import { useLinkToken } from '../api/use-link-token.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { brand } from '../ui/brand.ts';
import { FormFailure } from '../ui/form-failure.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { checkNewPassword } from './check-new-password.ts';
import { NewPasswordField } from './new-password-field.tsx';

const ResetForm = ({ token }: { token: string }) => {
  const api = useApi();
  const navigate = useNavigate();
  const form = useServerForm(resetPassword.body, {
    initial: { token },
    focus: 'newPassword',
    read: { token: () => token },
    alsoCheck: (texts) => checkNewPassword('newPassword', texts),
    send: async (body) => {
      await api.call(resetPassword, { body });
      navigate(pages.logIn, {
        state: { notice: 'Your password is changed. Sign in with the new one.' } satisfies NoticeState,
      });
    },
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      <FormFailure {...form.status} />
      <input type="hidden" name="token" value={token} />
      <NewPasswordField
        label="New password"
        text={form.text('newPassword')}
        context={[]}
        {...form.field('newPassword')}
      />
      <p className="text-sm">
        This signs out every device and ends every API token.
        {brand.providers.length > 0 && ' It also disconnects every other sign-in method.'}
      </p>
      <SubmitButton status={form.status}>Set password</SubmitButton>
    </form>
  );
};

const ResetPasswordPage = () => {
  const token = useLinkToken();
  return (
    <CardPage title="Set a new password">
      {token ? (
        <ResetForm token={token} />
      ) : (
        <p>
          Open the link in the message that we sent you, or{' '}
          <Link className="link" to={pages.forgotPassword}>
            ask for a new one
          </Link>
          .
        </p>
      )}
    </CardPage>
  );
};

export default ResetPasswordPage;
