import { ProblemError } from '@latchkey/contract/client';
import { Notice } from '../ui/notice.tsx';
import { errorMessage } from './errors.ts';
import { SignInAgain } from './sign-in-again.tsx';

/** Why an action failed, with a way on if the sign-in is too old. */
export const ErrorNotice = ({ error }: { error: unknown }) => (
  <Notice kind="error">
    <span>
      {errorMessage(error)} <SignInAgain code={error instanceof ProblemError ? error.problem.code : undefined} />
    </span>
  </Notice>
);
