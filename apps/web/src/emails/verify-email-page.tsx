import { sendVerification, verifyEmail } from '@latchkey/contract/emails';
import { pages } from '@latchkey/contract/pages';
import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { errorMessage } from '../api/errors.ts';
import { useApi, useUser } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { useLinkToken } from '../api/use-link-token.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { logInPath } from '../sessions/return-to.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { LinkAction } from './link-action.tsx';
import { addressToVerify, useVerificationWatch } from './use-verification-watch.ts';

const ToProfile = () => (
  <Link className="btn btn-primary self-start" to={pages.profile}>
    Continue
  </Link>
);

const Done = ({ email }: { email: string | null }) => (
  <div className="flex flex-col gap-4">
    <Notice kind="success">
      {email ? (
        <span>
          <bdi>{email}</bdi> is verified.
        </span>
      ) : (
        'Your e-mail address is verified.'
      )}
    </Notice>
    <ToProfile />
  </div>
);

/** Sends the message again, and says so. */
const SendAgain = () => {
  const api = useApi();
  const { run, isPending, error } = useAction();
  const [isSent, setIsSent] = useState(false);
  const send = async (): Promise<void> => {
    await api.call(sendVerification);
    setIsSent(true);
  };
  return (
    <div className="mt-6 flex flex-col gap-2 text-sm">
      {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
      <p>
        No message? Look in the spam folder, or{' '}
        <button type="button" className="link" aria-disabled={isPending} onClick={() => run(send)}>
          send it again
        </button>
        .
      </p>
      <p role="status">{isSent && 'Sent. Only the newest message works.'}</p>
    </div>
  );
};

const CodeForm = ({ address }: { address: string }) => {
  const api = useApi();
  const form = useServerForm(verifyEmail.body, {
    focus: 'code',
    fieldOf: { wrong_code: 'code', token_spent: 'code' },
    send: async (body) => api.setUser(await api.call(verifyEmail, { body })),
  });
  return (
    <>
      <form {...form.props} className="flex flex-col gap-4">
        <FormFailure {...form.status} />
        <p>
          We sent a message to <bdi className="font-medium">{address}</bdi>. Enter its code, or open its link on any
          device.
        </p>
        <Field
          label="Code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          className="max-w-40"
          {...form.field('code')}
        />
        <SubmitButton status={form.status}>Verify</SubmitButton>
      </form>
      <SendAgain />
    </>
  );
};

const Waiting = ({ user }: { user: User }) => {
  useVerificationWatch();
  const address = addressToVerify(user);
  if (address) return <CodeForm address={address} />;
  if (user.emailVerified) return <Done email={user.email} />;
  return (
    <p>
      Your account has no e-mail address. Add one in your{' '}
      <Link className="link" to={pages.profile}>
        profile
      </Link>
      .
    </p>
  );
};

const VerifyEmailPage = () => {
  const api = useApi();
  const user = useUser();
  const token = useLinkToken();
  const [verified, setVerified] = useState<User>();
  const verify = async (): Promise<void> => {
    const changed = await api.call(verifyEmail, { body: { token } });
    setVerified(changed);
    api.setUser(changed);
  };

  return (
    <CardPage title="Verify your e-mail address">
      {token ? (
        <LinkAction label="Verify" action={verify} done={<Done email={verified?.email ?? null} />}>
          <p>Press the button to verify your e-mail address.</p>
        </LinkAction>
      ) : user ? (
        <Waiting user={user} />
      ) : (
        <p>
          Open the link in the message that we sent you, or{' '}
          <Link className="link" to={logInPath({ pathname: pages.verifyEmail, search: '', hash: '' })}>
            sign in
          </Link>{' '}
          to enter its code.
        </p>
      )}
    </CardPage>
  );
};

export default VerifyEmailPage;
