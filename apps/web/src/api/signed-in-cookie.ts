import { cookieName } from '@latchkey/contract/cookies';

/**
 * Whether this browser has a session. The API sets this cookie together with the refresh cookie and for as long, so that a
 * page without a session needs no request. It grants no access.
 */
export const hasSignedInCookie = (): boolean =>
  document.cookie.split('; ').includes(`${cookieName('signed_in', window.location.origin)}=yes`);
