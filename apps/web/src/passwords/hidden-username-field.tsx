import { useSession } from '../api/session.ts';

/** Tells a password manager whose password a form asks for, where the form itself does not show it. */
export const HiddenUsernameField = () => {
  const { data: user } = useSession();
  return <input type="text" name="username" autoComplete="username" value={user?.username ?? ''} readOnly hidden />;
};
