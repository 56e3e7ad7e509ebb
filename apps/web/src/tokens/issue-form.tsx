import { issueToken, maxApiTokenSeconds } from '@latchkey/contract/tokens';
import { useId } from 'react';
import { useApi } from '../api/session.ts';
import { optional, useServerForm } from '../api/use-server-form.ts';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const lifetimes = [
  { seconds: 3_600, label: '1 hour' },
  { seconds: 86_400, label: '1 day' },
  { seconds: 7 * 86_400, label: '7 days' },
  { seconds: 30 * 86_400, label: '30 days' },
  { seconds: 90 * 86_400, label: '90 days' },
  { seconds: maxApiTokenSeconds, label: '1 year' },
];

export type Issued = { readonly id: string; readonly name: string; readonly token: string };

type Props = {
  readonly onIssued: (issued: Issued) => Promise<void>;
  /** Called when a token may have been created. */
  readonly onNoResponse: () => void;
};

export const IssueForm = ({ onIssued, onNoResponse }: Props) => {
  const api = useApi();
  const lifetimeId = useId();
  const { form, submit, failure, isPending, errors } = useServerForm(issueToken.body, {
    values: { name: '', expiresIn: 30 * 86_400 },
    onNoResponse: () => {
      onNoResponse();
      return 'The server did not respond. If the list shows the new token, revoke it and create another.';
    },
    send: async (body) => {
      const { id, access_token } = await api.call(issueToken, { body });
      form.reset();
      await onIssued({ id, name: body.name, token: access_token });
    },
  });

  return (
    <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
      {failure && <Notice kind="error">{failure}</Notice>}
      <Field
        label="Name"
        hint="A label to recognize it by."
        autoComplete="off"
        required
        error={errors.name?.message}
        {...form.register('name')}
      />
      <Field
        label="Audience (optional)"
        hint="The service’s identifier (aud). Leave empty for Latchkey."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.audience?.message}
        {...form.register('audience', optional)}
      />
      <Field
        label="Scope (optional)"
        hint="What the token allows, for example: orders:read orders:write"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.scope?.message}
        {...form.register('scope', optional)}
      />
      <div>
        <label htmlFor={lifetimeId} className="mb-1 block text-sm font-medium">
          Expires in
        </label>
        <select id={lifetimeId} className="select w-full" {...form.register('expiresIn', { valueAsNumber: true })}>
          {lifetimes.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <SubmitButton isPending={isPending} className="btn-primary self-start">
        Create token
      </SubmitButton>
    </form>
  );
};
