import { updateMe } from '@latchkey/contract/accounts';
import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { clearable } from '../api/form-fields.ts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

export const ProfileForm = ({ user }: { user: User }) => {
  const api = useApi();
  const [isSaved, setIsSaved] = useState(false);
  const form = useServerForm(updateMe.body, {
    initial: { displayName: user.displayName, email: user.email },
    read: { displayName: clearable, email: clearable },
    draft: 'profile',
    send: async (changes) => {
      const updated = await api.call(updateMe, { body: changes });
      api.setUser(updated);
      form.reset({ displayName: updated.displayName, email: updated.email });
      setIsSaved(true);
    },
  });

  return (
    <form {...form.props} className="flex max-w-md flex-col gap-4">
      <FormFailure {...form.status} />
      <Field label="Name" autoComplete="name" {...form.field('displayName')} />
      <Field label="E-mail address" type="email" autoComplete="email" {...form.field('email')} />
      <div className="flex items-center gap-3">
        <SubmitButton status={form.status}>Save</SubmitButton>
        <p role="status" className="text-sm text-success">
          {isSaved && !form.isChanged && 'Saved.'}
        </p>
      </div>
    </form>
  );
};
