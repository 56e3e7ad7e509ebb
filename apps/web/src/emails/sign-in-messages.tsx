import { updateMe } from '@latchkey/contract/accounts';
import type { User } from '@latchkey/contract/user';
import { errorMessage } from '../api/errors.ts';
import { useApi } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { Notice } from '../ui/notice.tsx';

/** Whether a sign-in from a new device sends a message. */
export const SignInMessages = ({ user }: { user: User }) => {
  const api = useApi();
  const { isPending, error, run } = useAction();
  return (
    <div className="flex flex-col gap-2">
      <label className="flex items-center gap-3 text-sm">
        <input
          type="checkbox"
          className="toggle toggle-sm toggle-primary"
          checked={user.notifySignIns}
          aria-disabled={isPending}
          onChange={({ currentTarget: { checked: notifySignIns } }) =>
            run(async () => api.setUser(await api.call(updateMe, { body: { notifySignIns } })))
          }
        />
        Send me a message when a new device signs in
      </label>
      {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
    </div>
  );
};
