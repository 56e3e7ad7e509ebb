import { newPassword } from '@latchkey/contract/passwords';
import { judgePassword } from '@latchkey/password-policy';
import { useDeferredValue, useMemo } from 'react';

const levels = {
  weak: { label: 'Weak', look: 'progress-error', value: 1 },
  fair: { label: 'Fair', look: 'progress-warning', value: 2 },
  good: { label: 'Good', look: 'progress-success', value: 3 },
  strong: { label: 'Strong', look: 'progress-success', value: 4 },
} as const;

/** The server's own checks: the format first, then the strength. */
const judge = (text: string, [username, email, displayName]: PasswordStrengthProps['context']) => {
  const { error } = newPassword.safeParse(text);
  return error
    ? { strength: 'weak' as const, fault: error.issues[0]?.message }
    : judgePassword(text, { username: username ?? '', email, displayName });
};

export type PasswordStrengthProps = {
  readonly text: string;
  /** The user name, e-mail address and name of the account, if known: a password must not repeat them. */
  readonly context: readonly (string | null | undefined)[];
  /** The field already shows the error. */
  readonly hasError: boolean;
};

/** A strength meter, with the same policy as the server. */
const PasswordStrength = ({ text, context, hasError }: PasswordStrengthProps) => {
  const deferred = useDeferredValue(text);
  const names = JSON.stringify(context);
  const { strength, fault } = useMemo(() => judge(deferred, JSON.parse(names)), [deferred, names]);
  const { label, look, value } = levels[strength];
  return (
    <div className="mt-2">
      <progress className={`progress ${look} block w-full`} value={value} max={4} aria-label="Password strength" />
      <p className="mt-1" role="status">
        Strength: {label}.{!hasError && fault && ` ${fault}`}
      </p>
    </div>
  );
};

export default PasswordStrength;
