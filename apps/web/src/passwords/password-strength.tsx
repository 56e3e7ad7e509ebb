import { newPassword } from '@latchkey/contract/passwords';
import { judgePassword } from '@latchkey/password-policy';
import { useDeferredValue, useMemo } from 'react';

const levels = {
  weak: { word: 'Weak', look: 'progress-error', value: 1 },
  fair: { word: 'Fair', look: 'progress-warning', value: 2 },
  good: { word: 'Good', look: 'progress-success', value: 3 },
  strong: { word: 'Strong', look: 'progress-success', value: 4 },
} as const;

/** What the server will say of it, and says itself: of the form first, then of the strength. */
const judge = (text: string, [username, email, displayName]: PasswordStrengthProps['context']) => {
  const { error } = newPassword.safeParse(text);
  return error
    ? { strength: 'weak' as const, fault: error.issues[0]?.message }
    : judgePassword(text, { username: username ?? '', email, displayName });
};

export type PasswordStrengthProps = {
  readonly text: string;
  /** The owner's user name, e-mail address, and name, as far as there are any. */
  readonly context: readonly (string | null | undefined)[];
  /** The reason stands at the field already. */
  readonly isRefused: boolean;
};

/** How soon a password would be guessed, in a bar and in words, by the very policy that the server holds it to. */
const PasswordStrength = ({ text, context, isRefused }: PasswordStrengthProps) => {
  const deferred = useDeferredValue(text);
  const names = JSON.stringify(context);
  const { strength, fault } = useMemo(() => judge(deferred, JSON.parse(names)), [deferred, names]);
  const { word, look, value } = levels[strength];
  return (
    <div className="mt-2">
      <progress className={`progress ${look} block w-full`} value={value} max={4} aria-label="Strength" />
      <p className="mt-1" role="status">
        Strength: {word}.{!isRefused && fault && ` ${fault}`}
      </p>
    </div>
  );
};

export default PasswordStrength;
