import { register } from '@latchkey/contract/accounts';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useApi } from '../api/session.ts';
import { optional, useServerForm } from '../api/use-server-form.ts';
import { NewPasswordField } from '../passwords/new-password-field.tsx';
import { CookiesBlocked } from '../sessions/cookies-blocked.tsx';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { CardPage } from '../ui/page.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const RegisterPage = () => {
  const api = useApi();
  const { search } = useLocation();
  const { form, submit, failure, isPending, errors } = useServerForm(register.body, {
    values: { username: '', password: '' },
    send: api.register,
    fieldOf: { username_taken: 'username' },
    afterNoResponse: { username_taken: 'Your account may already exist. Try signing in.' },
  });
  useEffect(() => form.setFocus('username'), [form]);

  return (
    <CardPage title="Create an account">
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <CookiesBlocked />
        {failure && <Notice kind="error">{failure}</Notice>}
        <Field
          label="User name"
          hint="3 to 32 letters, digits, dots, hyphens or underscores. Visible to others."
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          error={errors.username?.message}
          {...form.register('username')}
        />
        <NewPasswordField
          label="Password"
          text={form.watch('password')}
          context={[form.watch('username'), form.watch('email'), form.watch('displayName')]}
          error={errors.password?.message}
          {...form.register('password')}
        />
        <Field
          label="Name (optional)"
          autoComplete="name"
          error={errors.displayName?.message}
          {...form.register('displayName', optional)}
        />
        <Field
          label="E-mail address (optional)"
          type="email"
          autoComplete="email"
          error={errors.email?.message}
          {...form.register('email', optional)}
        />
        <SubmitButton isPending={isPending}>Create account</SubmitButton>
      </form>
      <p className="mt-6 text-sm">
        Already have an account?{' '}
        <Link className="link" to={`/login${search}`}>
          Sign in
        </Link>
      </p>
    </CardPage>
  );
};
