import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

type Props = {
  readonly label: ReactNode;
  readonly className: string;
  readonly title: ReactNode;
  readonly onClose?: () => void;
  readonly children: (close: () => void) => ReactNode;
};

/**
 * A button that opens a modal dialog. While the dialog is open, nothing behind it can take the focus; while it is closed, its content
 * does not exist: a password manager must not fill a form that nobody sees.
 */
export const DialogButton = ({ label, className, title, onClose, children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [isOpen, setIsOpen] = useState(false);
  // After the content is rendered, so that its first field gets the focus.
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
  }, [isOpen]);
  const handleClose = (): void => {
    setIsOpen(false);
    onClose?.();
  };
  return (
    <>
      <button type="button" className={`btn ${className}`} onClick={() => setIsOpen(true)}>
        {label}
      </button>
      <dialog ref={dialog} className="modal" aria-labelledby={titleId} onClose={handleClose}>
        <div className="modal-box flex flex-col gap-4">
          <h3 id={titleId} className="text-lg font-semibold">
            {title}
          </h3>
          {isOpen && children(() => dialog.current?.close())}
        </div>
      </dialog>
    </>
  );
};

/** The row of buttons at the end of a dialog. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-wrap justify-end gap-3">{children}</div>
);
