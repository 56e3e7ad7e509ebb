import { cookieName } from '@latchkey/contract/cookies';

/**
 * Whether this browser has a session. The API sets this cookie beside the refresh cookie, for as long, so that a stranger's
 * page asks for nothing. It opens nothing.
 */
export const hasSignedInCookie = (): boolean =>
  document.cookie.split('; ').includes(`${cookieName('signed_in', window.location.origin)}=yes`);
