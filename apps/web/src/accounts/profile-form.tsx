import { updateMe } from '@latchkey/contract/accounts';
import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { clearable } from '../api/form-fields.ts';
import { useApi } from '../api/session.ts';
import { useServerForm } from '../api/use-server-form.ts';
import { brand } from '../ui/brand.ts';
import { Field } from '../ui/field.tsx';
import { FormFailure } from '../ui/form-failure.tsx';
import { SubmitButton } from '../ui/submit-button.tsx';

/** With mail, the e-mail address has a section of its own: it is verified. */
const initialOf = ({ displayName, email }: User) => (brand.hasMail ? { displayName } : { displayName, email });

export const ProfileForm = ({ user }: { user: User }) => {
  const api = useApi();
  const [isSaved, setIsSaved] = useState(false);
  const form = useServerForm(updateMe.body, {
    initial: initialOf(user),
    read: { displayName: clearable, email: clearable },
    draft: 'profile',
    send: async (changes) => {
      const updated = await api.call(updateMe, { body: changes });
      api.setUser(updated);
      form.reset(initialOf(updated));
      setIsSaved(true);
    },
  });

  return (
    <form {...form.props} className="flex max-w-md flex-col gap-4">
      <FormFailure {...form.status} />
      <Field label="Name" autoComplete="name" {...form.field('displayName')} />
      {!brand.hasMail && <Field label="E-mail address" type="email" autoComplete="email" {...form.field('email')} />}
      <div className="flex items-center gap-3">
        <SubmitButton status={form.status}>Save</SubmitButton>
        <p role="status" className="text-sm text-success">
          {isSaved && !form.isChanged && 'Saved.'}
        </p>
      </div>
    </form>
  );
};
