import { updateMe } from '@latchkey/contract/accounts';
import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { useApi, useSetSessionUser } from '../api/session.ts';
import { clearable, useServerForm } from '../api/use-server-form.ts';
import { Field } from '../ui/field.tsx';
import { Notice } from '../ui/notice.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const ProfileForm = ({ user }: { user: User }) => {
  const api = useApi();
  const setSessionUser = useSetSessionUser();
  const [isSaved, setIsSaved] = useState(false);
  const { form, submit, failure, isPending, errors } = useServerForm(updateMe.body, {
    values: { displayName: user.displayName, email: user.email },
    send: async (changes) => {
      const updated = await api.call(updateMe, { body: changes });
      setSessionUser(updated);
      form.reset({ displayName: updated.displayName, email: updated.email });
      setIsSaved(true);
    },
  });

  return (
    <form onSubmit={submit} noValidate className="flex max-w-md flex-col gap-4">
      {failure && <Notice kind="error">{failure}</Notice>}
      <Field
        label="Name"
        autoComplete="name"
        error={errors.displayName?.message}
        {...form.register('displayName', clearable)}
      />
      <Field
        label="E-mail address"
        type="email"
        autoComplete="email"
        error={errors.email?.message}
        {...form.register('email', clearable)}
      />
      <div className="flex items-center gap-3">
        <SubmitButton isPending={isPending}>Save</SubmitButton>
        <p role="status" className="text-sm text-success">
          {isSaved && !form.formState.isDirty && 'Saved.'}
        </p>
      </div>
    </form>
  );
};
