import { useSession } from '../api/session.ts';

/** Tells password managers which account the form is for: https://www.chromium.org/developers/design-documents/form-styles-that-chromium-understands/ */
export const HiddenUsernameField = () => {
  const { data: user } = useSession();
  return <input type="text" name="username" autoComplete="username" value={user?.username ?? ''} readOnly hidden />;
};
