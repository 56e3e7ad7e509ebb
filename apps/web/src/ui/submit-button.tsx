import type { ReactNode } from 'react';

type Props = { readonly isPending: boolean; readonly children: ReactNode; readonly className?: string };

/** Sends its form, once at a time. It keeps its focus while waiting, so it is not disabled but deaf. */
export const SubmitButton = ({ isPending, children, className = 'btn-primary' }: Props) => (
  <button
    type="submit"
    className={`btn ${className}`}
    aria-disabled={isPending}
    onClick={(event) => isPending && event.preventDefault()}
  >
    {isPending && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
    {children}
  </button>
);
