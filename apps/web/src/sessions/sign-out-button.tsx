import { useMutation } from '@tanstack/react-query';
import { errorMessage } from '../api/api.ts';
import { useApi } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';

/** Signs this browser out, in every tab. An error takes its own line in the header. */
export const SignOutButton = () => {
  const { mutate, error } = useMutation({ mutationFn: useApi().logOut });
  return (
    <>
      <button type="button" className="btn btn-outline btn-sm" onClick={() => mutate()}>
        Sign out
      </button>
      {error && (
        <div className="order-last basis-full">
          <Notice kind="error">You may still be signed in. {errorMessage(error)}</Notice>
        </div>
      )}
    </>
  );
};
