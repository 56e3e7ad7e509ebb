import type { ReactNode } from 'react';
import type * as z from 'zod/mini';
import { SignInAgain } from '../api/sign-in-again.tsx';
import { useServerForm } from '../api/use-server-form.ts';
import { useHasPassword } from '../identities/use-has-password.ts';
import { HiddenUsernameField } from '../passwords/hidden-username-field.tsx';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

type Confirmation = { readonly password?: string | undefined };

type FormProps = {
  /** The body of the endpoint. */
  readonly schema: z.ZodMiniType<Confirmation, Confirmation>;
  /** The consequences. */
  readonly text?: string;
  readonly fieldLabel: string;
  readonly submitLabel: string;
  readonly submitLook?: string;
  readonly send: (confirmation: Confirmation, close: () => void) => Promise<void>;
  readonly onNoResponse?: () => string | undefined;
};

type DialogProps = FormProps & { readonly close: () => void };

const PasswordForm = ({ close, hasPassword, ...props }: DialogProps & { readonly hasPassword: boolean }) => {
  const { schema, text, fieldLabel, submitLabel, submitLook, send, onNoResponse } = props;
  const form = useServerForm(schema, {
    fieldOf: { wrong_password: 'password' },
    ...(onNoResponse && { onNoResponse }),
    send: (confirmation) => send(confirmation, close),
  });
  return (
    <form {...form.props} className="flex flex-col gap-4">
      <p>
        {text} {hasPassword && 'Enter your password to continue.'}
      </p>
      <FormFailure {...form.status} />
      <SignInAgain code={form.status.code} />
      {hasPassword && (
        <>
          <HiddenUsernameField />
          <PasswordField label={fieldLabel} autoComplete="current-password" {...form.field('password')} />
        </>
      )}
      <DialogActions>
        <button type="button" className="btn btn-ghost" onClick={close}>
          Cancel
        </button>
        <SubmitButton status={form.status} {...(submitLook && { className: submitLook })}>
          {submitLabel}
        </SubmitButton>
      </DialogActions>
    </form>
  );
};

const Confirmed = (props: DialogProps) => {
  const hasPassword = useHasPassword();
  return hasPassword === undefined ? (
    <Loading what="this form" />
  ) : (
    <PasswordForm {...props} hasPassword={hasPassword} />
  );
};

type Props = FormProps & {
  readonly heading: string;
  readonly about: ReactNode;
  readonly buttonLabel: string;
  readonly buttonLook: string;
  readonly title: string;
};

/** A section of the profile page whose button asks for the password before it acts. */
export const PasswordDialogSection = ({ heading, about, buttonLabel, buttonLook, title, ...form }: Props) => (
  <section className="flex flex-wrap items-center justify-between gap-x-10 gap-y-3 border-t border-base-300 px-5 pt-6 sm:px-8">
    <div className="grow basis-64">
      <h2 className="font-semibold">{heading}</h2>
      <p className="text-sm text-base-content/75">{about}</p>
    </div>
    <DialogButton label={buttonLabel} className={`${buttonLook} btn-sm`} title={title}>
      {(close) => <Confirmed {...form} close={close} />}
    </DialogButton>
  </section>
);
