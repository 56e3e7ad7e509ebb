import { pages } from '@latchkey/contract/pages';
import { logIn } from '@latchkey/contract/sessions';
import { useRef } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router-dom';
import { NavigationNotice } from '../api/navigation-notice.tsx';
import { useServerForm } from '../api/use-server-form.ts';
import { ProviderButtons } from '../identities/provider-buttons.tsx';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { CardPage } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { CookiesBlocked } from './cookies-blocked.tsx';
import { useSignIn } from './use-sign-in.ts';

export const LogInPage = () => {
  const signInWith = useSignIn();
  const { search } = useLocation();
  const [parameters] = useSearchParams();
  const hint = parameters.get('login-hint');
  const reopens = useRef(false);
  const form = useServerForm(logIn.body, {
    initial: { username: hint },
    focus: hint ? 'password' : 'username',
    send: (body) => signInWith(logIn, reopens.current ? { ...body, reopen: true } : body),
  });

  return (
    <CardPage title="Sign in">
      <form {...form.props} className="flex flex-col gap-4">
        <CookiesBlocked />
        <NavigationNotice />
        <FormFailure {...form.status} />
        {form.status.code === 'account_closed' && (
          <button
            type="submit"
            className="btn btn-outline"
            onClick={() => {
              reopens.current = true;
            }}
          >
            Keep my account
          </button>
        )}
        <Field
          label={brand.hasMail ? 'User name or e-mail address' : 'User name'}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          {...form.field('username')}
        />
        <PasswordField label="Password" autoComplete="current-password" {...form.field('password')} />
        {brand.hasMail && (
          <Link className="link self-start text-sm" to={pages.forgotPassword}>
            Forgot password?
          </Link>
        )}
        <SubmitButton status={form.status}>Sign in</SubmitButton>
        <label className="flex items-center gap-3 text-sm">
          <input type="checkbox" name="endOthers" className="checkbox checkbox-sm border-base-content/60" />
          Sign out all other devices
        </label>
      </form>
      <ProviderButtons returnTo={parameters.get('return-to')} isAgain={parameters.has('again')} />
      {brand.isRegistrationOpen && (
        <p className="mt-6 text-sm">
          New here?{' '}
          <Link className="link" to={`/register${search}`}>
            Create an account
          </Link>
        </p>
      )}
    </CardPage>
  );
};
