import { changeEmail } from '@latchkey/contract/emails';
import { pages } from '@latchkey/contract/pages';
import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { SignInAgain } from '../api/sign-in-again.tsx';
import { useServerForm } from '../api/use-server-form.ts';
import { useHasPassword } from '../identities/use-has-password.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { SignInMessages } from './sign-in-messages.tsx';
import { addressToVerify, useVerificationWatch } from './use-verification-watch.ts';

const Address = ({ address, isVerified }: { address: string; isVerified: boolean }) => (
  <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
    <bdi className="min-w-0 break-all font-medium">{address}</bdi>
    <span className={`badge badge-sm ${isVerified ? 'badge-primary' : 'badge-warning'}`}>
      {isVerified ? 'Verified' : 'Not verified'}
    </span>
  </li>
);

const ChangeForm = ({ onDone }: { onDone: () => void }) => {
  const api = useApi();
  const hasPassword = useHasPassword();
  const form = useServerForm(changeEmail.body, {
    focus: 'email',
    fieldOf: { wrong_password: 'password' },
    send: async (body) => {
      await api.call(changeEmail, { body });
      await api.checkSession();
      onDone();
    },
  });
  return (
    <form {...form.props} className="flex max-w-md flex-col gap-4">
      <FormFailure {...form.status} />
      <SignInAgain code={form.status.code} />
      <Field label="New e-mail address" type="email" autoComplete="email" {...form.field('email')} />
      {hasPassword && (
        <PasswordField label="Current password" autoComplete="current-password" {...form.field('password')} />
      )}
      <div className="flex flex-wrap gap-3">
        <SubmitButton status={form.status}>Send verification</SubmitButton>
        <button type="button" className="btn btn-ghost" onClick={onDone}>
          Cancel
        </button>
      </div>
    </form>
  );
};

/** The e-mail address of the account: which one is verified, which one waits, and how to change it. */
export const EmailSection = ({ user }: { user: User }) => {
  useVerificationWatch();
  const [isChanging, setIsChanging] = useState(false);
  const { email, emailVerified } = user;
  const waiting = addressToVerify(user);
  return (
    <div className="flex flex-col gap-4">
      {(email || waiting) && (
        <ul className="flex flex-col gap-2">
          {email && emailVerified && <Address address={email} isVerified />}
          {waiting && <Address address={waiting} isVerified={false} />}
        </ul>
      )}
      {waiting && (
        <p className="text-sm">
          We sent a message to this address.{' '}
          <Link className="link" to={pages.verifyEmail}>
            Enter the code
          </Link>
          {emailVerified && <>. Until then, {<bdi>{email}</bdi>} stays in use</>}.
        </p>
      )}
      {isChanging ? (
        <ChangeForm onDone={() => setIsChanging(false)} />
      ) : (
        <div>
          <button type="button" className="btn btn-outline btn-sm" onClick={() => setIsChanging(true)}>
            {email ? 'Change e-mail address…' : 'Add e-mail address…'}
          </button>
        </div>
      )}
      {emailVerified && <SignInMessages user={user} />}
    </div>
  );
};
