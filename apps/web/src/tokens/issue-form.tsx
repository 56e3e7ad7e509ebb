import { issueToken, maxApiTokenSeconds } from '@latchkey/contract/tokens';
import { useId } from 'react';
import { optional } from '../api/form-fields.ts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
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
  const form = useServerForm(issueToken.body, {
    initial: { expiresIn: 30 * 86_400 },
    draft: 'token',
    read: { audience: optional, scope: optional, expiresIn: Number },
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
    <form {...form.props} className="flex max-w-md flex-col gap-4">
      <FormFailure {...form.status} />
      <Field label="Name" hint="A label to recognize it by." autoComplete="off" required {...form.field('name')} />
      <Field
        label="Audience (optional)"
        hint="The service’s identifier (aud). Leave empty for Latchkey."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...form.field('audience')}
      />
      <Field
        label="Scope (optional)"
        hint="What the token allows, for example: orders:read orders:write"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...form.field('scope')}
      />
      <div>
        <label htmlFor={lifetimeId} className="mb-1 block text-sm font-medium">
          Expires in
        </label>
        <select
          id={lifetimeId}
          className="select w-full"
          name="expiresIn"
          defaultValue={form.field('expiresIn').defaultValue}
        >
          {lifetimes.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <SubmitButton status={form.status} className="btn-primary self-start">
        Create token
      </SubmitButton>
    </form>
  );
};
