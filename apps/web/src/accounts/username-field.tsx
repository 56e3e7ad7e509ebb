import type { ComponentProps } from 'react';
import { Field } from '../ui/field.tsx';

/** The user name of a new account. */
export const UsernameField = (field: Omit<ComponentProps<typeof Field>, 'label'>) => (
  <Field
    label="User name"
    hint="3 to 32 letters, digits, dots, hyphens or underscores. Visible to others."
    autoComplete="username"
    autoCapitalize="none"
    spellCheck={false}
    required
    {...field}
  />
);
