import { pages } from '@latchkey/contract/pages';
import { forgotPassword } from '@latchkey/contract/passwords';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const ForgotPasswordPage = () => {
  const api = useApi();
  const [isSent, setIsSent] = useState(false);
  const form = useServerForm(forgotPassword.body, {
    focus: 'login',
    send: async (body) => {
      await api.call(forgotPassword, { body });
      setIsSent(true);
    },
  });

  return (
    <CardPage title="Forgot your password?">
      {isSent ? (
        <div className="flex flex-col gap-4">
          <Notice kind="success">
            If this account has a verified e-mail address, we sent a link to it. The link is valid for one hour.
          </Notice>
          <p className="text-sm">
            No message? Look in the spam folder. An account without a verified e-mail address needs an administrator
            {brand.supportUrl && (
              <>
                :{' '}
                <a className="link" href={brand.supportUrl}>
                  get help
                </a>
              </>
            )}
            .
          </p>
        </div>
      ) : (
        <form {...form.props} className="flex flex-col gap-4">
          <FormFailure {...form.status} />
          <Field
            label="User name or e-mail address"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            {...form.field('login')}
          />
          <SubmitButton status={form.status}>Send a link</SubmitButton>
        </form>
      )}
      <p className="mt-6 text-sm">
        <Link className="link" to={pages.logIn}>
          Back to sign-in
        </Link>
      </p>
    </CardPage>
  );
};

export default ForgotPasswordPage;
