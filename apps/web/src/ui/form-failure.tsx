import { formatDuration } from './format-time.ts';
import { Notice } from './notice.tsx';

export type FormStatus = {
  readonly failure: string | undefined;
  /** The code of the problem that `failure` tells. */
  readonly code?: string | undefined;
  readonly isPending: boolean;
  /** How long the user must wait before the next attempt; 0 if they need not wait. */
  readonly secondsLeft: number;
};

/** Why a form could not be sent. The countdown is outside the alert, so that screen readers do not repeat it. */
export const FormFailure = ({ failure, secondsLeft }: FormStatus) =>
  failure && (
    <div className="flex flex-col gap-2">
      <Notice kind="error">{failure}</Notice>
      {secondsLeft > 0 && (
        <p role="timer" className="text-sm">
          Try again in {formatDuration(secondsLeft)}.
        </p>
      )}
    </div>
  );
