import { type ReactNode, useId, useRef } from 'react';

type Props = {
  readonly label: ReactNode;
  readonly className: string;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: (close: () => void) => ReactNode;
};

/** A button that opens a modal dialog. While the dialog is open, nothing behind it can take the focus. */
export const DialogButton = ({ label, className, title, onClose, children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  return (
    <>
      <button type="button" className={`btn ${className}`} onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} className="modal" aria-labelledby={titleId} onClose={onClose}>
        <div className="modal-box flex flex-col gap-4">
          <h3 id={titleId} className="text-lg font-semibold">
            {title}
          </h3>
          {children(() => dialog.current?.close())}
        </div>
      </dialog>
    </>
  );
};

/** The row of buttons at the end of a dialog. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-wrap justify-end gap-3">{children}</div>
);
