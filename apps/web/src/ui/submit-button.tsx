import type { ReactNode } from 'react';
import type { FormStatus } from './form-failure.tsx';

type Props = { readonly status: FormStatus; readonly children: ReactNode; readonly className?: string };

/** Submits its form once at a time. While waiting it ignores clicks; a disabled button would lose the focus. */
export const SubmitButton = ({ status, children, className = 'btn-primary' }: Props) => {
  const { isPending, secondsLeft } = status;
  const isWaiting = isPending || secondsLeft > 0;
  return (
    <button
      type="submit"
      className={`btn ${className}`}
      aria-disabled={isWaiting}
      onClick={(event) => isWaiting && event.preventDefault()}
    >
      {isPending && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
      {children}
    </button>
  );
};
