import { errorMessage } from '../api/errors.ts';
import { useApi } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { Notice } from '../ui/notice.tsx';

/** Signs this browser out, in every tab. */
export const SignOutButton = () => {
  const { signOut } = useApi();
  const { run, error } = useAction();
  return (
    <>
      <button type="button" className="btn btn-outline btn-sm" onClick={() => run(signOut)}>
        Sign out
      </button>
      {error !== undefined && <Notice kind="error">You may still be signed in. {errorMessage(error)}</Notice>}
    </>
  );
};
