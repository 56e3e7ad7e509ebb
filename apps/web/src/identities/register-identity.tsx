import { registerWithIdentity } from '@latchkey/contract/identities';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import { UsernameField } from '../accounts/username-field.tsx';
import { optional } from '../api/form-fields.ts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { logInPath } from '../sessions/return-to.ts';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import type { Identified } from './continue-page.tsx';
import { takeReturnPath } from './return-target.ts';

const RegisterForm = ({ found }: { found: Identified }) => {
  const api = useApi();
  const navigate = useNavigate();
  const { username, displayName, email } = found.profile;
  const form = useServerForm(registerWithIdentity.body, {
    initial: { username, displayName, email },
    read: { displayName: optional, email: optional },
    focus: 'username',
    send: async (body) => {
      await api.signInWith(registerWithIdentity, body);
      navigate(takeReturnPath(), { replace: true });
    },
    fieldOf: { username_taken: 'username' },
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      <FormFailure {...form.status} />
      <input type="hidden" name="attempt" value={found.attempt} />
      <UsernameField {...form.field('username')} />
      <Field label="Name (optional)" autoComplete="name" {...form.field('displayName')} />
      <Field label="E-mail address (optional)" type="email" autoComplete="email" {...form.field('email')} />
      <SubmitButton status={form.status}>Create account</SubmitButton>
    </form>
  );
};

/** For an identity that no account has. */
export const RegisterIdentity = ({ found }: { found: Identified }) => {
  const location = useLocation();
  const { label } = found.provider;
  return (
    <CardPage title={brand.isRegistrationOpen ? 'Create an account' : 'No account yet'}>
      <p className="mb-5">
        You’re signed in with <bdi>{label}</bdi>
        {found.profile.account !== null && (
          <>
            {' '}
            as <bdi className="font-medium wrap-anywhere">{found.profile.account}</bdi>
          </>
        )}
        . {brand.isRegistrationOpen ? 'Choose a user name to continue.' : 'Ask an administrator for an account.'}
      </p>
      {brand.isRegistrationOpen && <RegisterForm found={found} />}
      <p className="mt-6 text-sm">
        Already have an account?{' '}
        <Link className="link" to={logInPath(location)}>
          Sign in to connect it
        </Link>
      </p>
    </CardPage>
  );
};
