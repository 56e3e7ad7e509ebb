import { useUser } from '../api/session.ts';

/** Tells password managers which account the form is for: https://www.chromium.org/developers/design-documents/form-styles-that-chromium-understands/ */
export const HiddenUsernameField = () => (
  <input type="text" name="username" autoComplete="username" value={useUser()?.username ?? ''} readOnly hidden />
);
