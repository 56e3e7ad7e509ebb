import { register } from '@latchkey/contract/accounts';
import { Link, useLocation } from 'react-router-dom';
import { optional } from '../api/form-fields.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { ProviderButtons } from '../identities/provider-buttons.tsx';
import { checkNewPassword } from '../passwords/check-new-password.ts';
import { NewPasswordField } from '../passwords/new-password-field.tsx';
import { CookiesBlocked } from '../sessions/cookies-blocked.tsx';
import { useSignIn } from '../sessions/use-sign-in.ts';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { UsernameField } from './username-field.tsx';

const RegisterForm = () => {
  const signInWith = useSignIn();
  const form = useServerForm(register.body, {
    read: { displayName: optional, email: optional },
    focus: 'username',
    alsoCheck: (texts) => checkNewPassword('password', texts, texts),
    send: (body) => signInWith(register, body),
    fieldOf: { username_taken: 'username' },
    afterNoResponse: { username_taken: 'Your account may already exist. Try signing in.' },
  });

  return (
    <form {...form.props} className="flex flex-col gap-4">
      <CookiesBlocked />
      <FormFailure {...form.status} />
      <UsernameField {...form.field('username')} />
      <NewPasswordField
        label="Password"
        text={form.text('password')}
        context={[form.text('username'), form.text('email'), form.text('displayName')]}
        {...form.field('password')}
      />
      <Field label="Name (optional)" autoComplete="name" {...form.field('displayName')} />
      <Field label="E-mail address (optional)" type="email" autoComplete="email" {...form.field('email')} />
      <SubmitButton status={form.status}>Create account</SubmitButton>
    </form>
  );
};

export const RegisterPage = () => {
  const { search } = useLocation();
  return (
    <CardPage title={brand.isRegistrationOpen ? 'Create an account' : 'Registration is closed'}>
      {brand.isRegistrationOpen ? <RegisterForm /> : <p>Ask an administrator for an account.</p>}
      {brand.isRegistrationOpen && <ProviderButtons returnTo={new URLSearchParams(search).get('return-to')} />}
      <p className="mt-6 text-sm">
        Already have an account?{' '}
        <Link className="link" to={`/login${search}`}>
          Sign in
        </Link>
      </p>
    </CardPage>
  );
};
