import { type ComponentProps, type ComponentType, lazy, Suspense } from 'react';
import { loadTwice } from '../api/lazy-page.ts';
import { PasswordField } from './password-field.tsx';
import type { PasswordStrengthProps } from './password-strength.tsx';

/** With its word lists by far the largest part of the app: it loads when somebody begins to type. */
const PasswordStrength = lazy<ComponentType<PasswordStrengthProps>>(() =>
  // Where it cannot be loaded, the form does without: the server judges the password anyway.
  loadTwice(() => import('./password-strength.tsx')).catch(() => ({ default: () => null })),
);

type Props = Omit<ComponentProps<typeof PasswordField>, 'autoComplete' | 'hint'> &
  Pick<PasswordStrengthProps, 'text' | 'context'>;

/** A password that is to be set, with its strength while typing. */
export const NewPasswordField = ({ text, context, ...field }: Props) => (
  <PasswordField
    {...field}
    autoComplete="new-password"
    hint={
      <>
        At least 8 characters. Several words that do not belong together are strong and easy to keep.
        {text && (
          <Suspense fallback={<div className="mt-2 h-8" />}>
            <PasswordStrength text={text} context={context} isRefused={Boolean(field.error)} />
          </Suspense>
        )}
      </>
    }
  />
);
