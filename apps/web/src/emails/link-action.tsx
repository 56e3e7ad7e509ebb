import { type ReactNode, useState } from 'react';
import { errorMessage } from '../api/errors.ts';
import { useAction } from '../api/use-action.ts';
import { Notice } from '../ui/notice.tsx';

type Props = {
  readonly label: string;
  readonly action: () => Promise<unknown>;
  /** Shown before the user presses the button. */
  readonly children: ReactNode;
  /** Shown in place of it after success. */
  readonly done: ReactNode;
};

/** What the link of a message does, when the user presses the button: opening the link does nothing. */
export const LinkAction = ({ label, action, children, done }: Props) => {
  const { run, isPending, error } = useAction();
  const [isDone, setIsDone] = useState(false);
  if (isDone) return done;
  return (
    <div className="flex flex-col gap-4">
      {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
      {children}
      <div>
        <button
          type="button"
          className="btn btn-primary"
          aria-disabled={isPending}
          onClick={() =>
            run(async () => {
              await action();
              setIsDone(true);
            })
          }
        >
          {isPending && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
          {label}
        </button>
      </div>
    </div>
  );
};
