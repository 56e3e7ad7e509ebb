import type { ReactNode } from 'react';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { useAction } from './use-action.ts';

type Props = {
  readonly label: ReactNode;
  readonly look?: string;
  readonly question: ReactNode;
  /** Describes the consequences. */
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly cancelLabel: string;
  readonly onConfirm: () => Promise<unknown>;
  /** Runs after success, when the dialog is closed and the page can take the focus. */
  readonly onClosed: () => Promise<void>;
};

/** Asks for confirmation before an action that cannot be undone. */
export const ConfirmButton = ({
  label,
  look = 'btn-outline btn-error',
  question,
  children,
  confirmLabel,
  cancelLabel,
  onConfirm,
  onClosed,
}: Props) => {
  const { run, reset, isPending, error } = useAction();
  return (
    <DialogButton label={label} className={`btn-sm ${look}`} title={question} onClose={reset}>
      {(close) => (
        <>
          {error !== undefined && <ErrorNotice error={error} />}
          <div>{children}</div>
          <DialogActions>
            <button type="button" className="btn btn-ghost" onClick={close}>
              {cancelLabel}
            </button>
            <button
              type="button"
              className="btn btn-error"
              aria-disabled={isPending}
              onClick={() =>
                run(async () => {
                  await onConfirm();
                  close();
                  await onClosed();
                })
              }
            >
              {confirmLabel}
            </button>
          </DialogActions>
        </>
      )}
    </DialogButton>
  );
};
