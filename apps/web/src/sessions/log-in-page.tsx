import { logIn } from '@latchkey/contract/sessions';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { PasswordField } from '../passwords/password-field.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';
import { CookiesBlocked } from './cookies-blocked.tsx';

export const LogInPage = () => {
  const api = useApi();
  const { search, state } = useLocation();
  const { form, submit, failure, isPending, errors } = useServerForm(logIn.body, {
    values: { username: '', password: '', endOthers: false },
    // `GuestOnly` then redirects to the page that the user came for.
    send: api.logIn,
  });
  useEffect(() => form.setFocus('username'), [form]);

  return (
    <CardPage title="Sign in">
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <CookiesBlocked />
        {state?.notice && <Notice kind="warning">{state.notice}</Notice>}
        {failure && <Notice kind="error">{failure}</Notice>}
        <Field
          label="User name or e-mail address"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.username?.message}
          {...form.register('username')}
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          error={errors.password?.message}
          {...form.register('password')}
        />
        <label className="flex items-center gap-3 text-sm">
          <input
            type="checkbox"
            className="checkbox checkbox-sm border-base-content/60"
            {...form.register('endOthers')}
          />
          Sign out all other devices
        </label>
        <SubmitButton isPending={isPending}>Sign in</SubmitButton>
      </form>
      <p className="mt-6 text-sm">
        New here?{' '}
        <Link className="link" to={`/register${search}`}>
          Create an account
        </Link>
      </p>
    </CardPage>
  );
};
