import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { DialogActions, DialogButton } from '../ui/dialog-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { errorMessage } from './api.ts';

type Props = {
  readonly label: ReactNode;
  readonly look?: string;
  readonly question: string;
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
  const { mutate, reset, isPending, error } = useMutation({
    mutationFn: (_close: () => void) => onConfirm(),
    onSuccess: (_result, close) => {
      close();
      return onClosed();
    },
  });
  return (
    <DialogButton label={label} className={`btn-sm ${look}`} title={question} onClose={reset}>
      {(close) => (
        <>
          {error && <Notice kind="error">{errorMessage(error)}</Notice>}
          <div>{children}</div>
          <DialogActions>
            <button type="button" className="btn btn-ghost" onClick={close}>
              {cancelLabel}
            </button>
            <button
              type="button"
              className="btn btn-error"
              aria-disabled={isPending}
              onClick={() => isPending || mutate(close)}
            >
              {confirmLabel}
            </button>
          </DialogActions>
        </>
      )}
    </DialogButton>
  );
};
