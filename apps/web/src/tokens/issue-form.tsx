import { issueToken, maxApiTokenSeconds } from '@latchkey/contract/tokens';
import { useId } from 'react';
import { useApi } from '../api/session.ts';
import { optional, useServerForm } from '../api/use-server-form.ts';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

const lifetimes = [
  { seconds: 3_600, words: 'An hour' },
  { seconds: 86_400, words: 'A day' },
  { seconds: 7 * 86_400, words: 'A week' },
  { seconds: 30 * 86_400, words: '30 days' },
  { seconds: 90 * 86_400, words: '90 days' },
  { seconds: maxApiTokenSeconds, words: 'A year' },
];

export type Issued = { readonly id: string; readonly name: string; readonly token: string };

type Props = {
  readonly onIssued: (issued: Issued) => Promise<void>;
  /** Called when there may be a new token. */
  readonly onLostAnswer: () => void;
};

export const IssueForm = ({ onIssued, onLostAnswer }: Props) => {
  const api = useApi();
  const lifetimeId = useId();
  const { form, submit, failure, isPending, errors } = useServerForm(issueToken.body, {
    values: { name: '', expiresIn: 30 * 86_400 },
    onLostAnswer: () => {
      onLostAnswer();
      return 'The server did not answer. If the list shows the new token, revoke it, then make another.';
    },
    send: async (wish) => {
      const { id, access_token } = await api.call(issueToken, { body: wish });
      form.reset();
      await onIssued({ id, name: wish.name, token: access_token });
    },
  });

  return (
    <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
      {failure && <Notice kind="error">{failure}</Notice>}
      <Field
        label="Name"
        hint="For yourself, to know it by: what will use it, and where."
        autoComplete="off"
        required
        error={errors.name?.message}
        {...form.register('name')}
      />
      <Field
        label="Audience (optional)"
        hint="The service that it is for, as that calls itself. Empty: Latchkey itself."
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.audience?.message}
        {...form.register('audience', optional)}
      />
      <Field
        label="Scope (optional)"
        hint="What it may be used for, in words that the service knows, such as: orders:read orders:write"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.scope?.message}
        {...form.register('scope', optional)}
      />
      <div>
        <label htmlFor={lifetimeId} className="mb-1 block text-sm font-medium">
          Lifetime
        </label>
        <select id={lifetimeId} className="select w-full" {...form.register('expiresIn', { valueAsNumber: true })}>
          {lifetimes.map(({ seconds, words }) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <SubmitButton isPending={isPending} className="btn-primary self-start">
        Make token
      </SubmitButton>
    </form>
  );
};
