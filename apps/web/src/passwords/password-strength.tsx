import { useDeferredValue, useMemo } from 'react';
import { judgeNewPassword, type NamesOfOwner } from './judge-new-password.ts';

const levels = {
  weak: { label: 'Weak', look: 'progress-error', value: 1 },
  fair: { label: 'Fair', look: 'progress-warning', value: 2 },
  good: { label: 'Good', look: 'progress-success', value: 3 },
  strong: { label: 'Strong', look: 'progress-success', value: 4 },
} as const;

export type PasswordStrengthProps = {
  readonly text: string;
  readonly context: NamesOfOwner;
  /** The field already shows the error. */
  readonly hasError: boolean;
};

/** A strength meter, with the same policy as the server. */
const PasswordStrength = ({ text, context, hasError }: PasswordStrengthProps) => {
  const deferred = useDeferredValue(text);
  const names = JSON.stringify(context);
  const { strength, fault } = useMemo(() => judgeNewPassword(deferred, JSON.parse(names)), [deferred, names]);
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
