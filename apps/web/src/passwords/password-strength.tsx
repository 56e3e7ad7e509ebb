import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { translations } from '@zxcvbn-ts/language-en';
import { useDeferredValue, useMemo } from 'react';

const estimator = new ZxcvbnFactory({
  // Without the English word lists: 600 kB more, for little that diceware's words do not tell.
  dictionary: common,
  graphs: adjacencyGraphs,
  translations,
  // Its time grows with the square of the length; what is longer than this is strong already.
  maxLength: 64,
});

const levels = [
  { word: 'Very weak', look: 'progress-error' },
  { word: 'Weak', look: 'progress-error' },
  { word: 'Fair', look: 'progress-warning' },
  { word: 'Good', look: 'progress-success' },
  { word: 'Strong', look: 'progress-success' },
] as const;

export type PasswordStrengthProps = { readonly text: string; readonly context: readonly (string | null | undefined)[] };

/** How soon a password would be guessed, in a bar and in words. Only advice: the server decides. */
const PasswordStrength = ({ text, context }: PasswordStrengthProps) => {
  const deferred = useDeferredValue(text);
  const names = context.filter((name) => name).join('\n');
  const { score, feedback } = useMemo(() => estimator.check(deferred, names.split('\n')), [deferred, names]);
  const { word, look } = levels[score];
  return (
    <div className="mt-2">
      <progress
        className={`progress ${look} block w-full`}
        value={score + 1}
        max={levels.length}
        aria-label="Strength"
      />
      <p className="mt-1" role="status">
        Strength: {word}.{score < 3 && feedback.warning && ` ${feedback.warning}`}
      </p>
    </div>
  );
};

export default PasswordStrength;
