import { type ComponentProps, type ReactNode, useId } from 'react';

type Props = ComponentProps<'input'> & {
  readonly label: string;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  /** Rendered inside the border, after the input; for example a button. */
  readonly after?: ReactNode;
};

/** A labelled input. Screen readers read the hint and the error with it. */
export const Field = ({ label, error, hint, after, className, ...input }: Props) => {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <div className={`input w-full ${error ? 'input-error' : ''} ${after ? 'pe-1' : ''}`}>
        <input
          id={id}
          {...input}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy || undefined}
          className="grow"
        />
        {after}
      </div>
      {hint && (
        <div id={`${id}-hint`} className="mt-1 text-sm text-base-content/75">
          {hint}
        </div>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-error">
          {error}
        </p>
      )}
    </div>
  );
};
