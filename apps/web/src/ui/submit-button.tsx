import type { ReactNode } from 'react';

type Props = { readonly isPending: boolean; readonly children: ReactNode; readonly className?: string };

/** Submits its form once at a time. While waiting it ignores clicks; a disabled button would lose the focus. */
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
