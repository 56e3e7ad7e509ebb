import { type ComponentProps, useState } from 'react';
import { Field } from '../ui/field.tsx';

type Props = Omit<ComponentProps<typeof Field>, 'type' | 'after'> & {
  readonly autoComplete: 'current-password' | 'new-password';
};

/** A password, hidden until its owner wants to see it. */
export const PasswordField = (props: Props) => {
  const [isShown, setIsShown] = useState(false);
  return (
    <Field
      {...props}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      required
      after={
        <button
          type="button"
          className="btn btn-ghost btn-xs h-7"
          aria-label={`${isShown ? 'Hide' : 'Show'} ${props.label.toLowerCase()}`}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? 'Hide' : 'Show'}
        </button>
      }
    />
  );
};
