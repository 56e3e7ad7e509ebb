import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useRef } from 'react';
import { errorMessage } from '../api/api.ts';
import { Notice } from './notice.tsx';

type Props = {
  readonly label: ReactNode;
  /** Of the button that asks. */
  readonly look?: string;
  readonly question: string;
  /** What will come of it. */
  readonly children: ReactNode;
  readonly yes: string;
  readonly no: string;
  readonly act: () => Promise<unknown>;
  /** What follows once the dialog is closed: while it is open, nothing behind it can take the focus. */
  readonly afterwards: () => Promise<void>;
};

/** Does what cannot be undone only after asking. */
export const ConfirmButton = ({
  label,
  look = 'btn-outline btn-error',
  question,
  children,
  yes,
  no,
  act,
  afterwards,
}: Props) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const { mutate, reset, isPending, error } = useMutation({
    mutationFn: act,
    onSuccess: () => {
      dialog.current?.close();
      return afterwards();
    },
  });
  return (
    <>
      <button type="button" className={`btn btn-sm ${look}`} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} className="modal" aria-labelledby={titleId} onClose={() => reset()}>
        <div className="modal-box flex flex-col gap-4">
          <h3 id={titleId} className="text-lg font-semibold">
            {question}
          </h3>
          {error && <Notice kind="error">{errorMessage(error)}</Notice>}
          <div>{children}</div>
          <div className="flex flex-wrap justify-end gap-3">
            <button type="button" className="btn btn-ghost" onClick={() => dialog.current?.close()}>
              {no}
            </button>
            <button
              type="button"
              className="btn btn-error"
              aria-disabled={isPending}
              onClick={() => isPending || mutate()}
            >
              {yes}
            </button>
          </div>
        </div>
      </dialog>
    </>
  );
};
