import { type ComponentProps, type ComponentType, lazy, Suspense } from 'react';
import { loadWithRetry } from '../api/lazy-page.ts';
import { PasswordField } from '../ui/password-field.tsx';
import type { PasswordStrengthProps } from './password-strength.tsx';

/** Its word lists are by far the largest chunk of the app, so it loads when the user starts to type. */
const PasswordStrength = lazy<ComponentType<PasswordStrengthProps>>(() =>
  // If it cannot be loaded, the form works without it: the server checks the password anyway.
  loadWithRetry(() => import('./password-strength.tsx')).catch(() => ({ default: () => null })),
);

type Props = Omit<ComponentProps<typeof PasswordField>, 'autoComplete' | 'hint'> &
  Pick<PasswordStrengthProps, 'text' | 'context'>;

/** A field for a new password, with a strength meter. */
export const NewPasswordField = ({ text, context, ...field }: Props) => (
  <PasswordField
    {...field}
    autoComplete="new-password"
    hint={
      <>
        At least 8 characters. Use several unrelated words.
        {text && (
          <Suspense fallback={<div className="mt-2 h-8" />}>
            <PasswordStrength text={text} context={context} hasError={Boolean(field.error)} />
          </Suspense>
        )}
      </>
    }
  />
);
