import { cookieName } from '@latchkey/contract/cookies';
import type { SignedIn } from '@latchkey/contract/sessions';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { deviceTokenSeconds } from './device-token.ts';
import type { IssuedTokens } from './issue-tokens.ts';

/**
 * The cookies of a browser: the refresh token, the device token, and one without a secret, which tells the web app's scripts
 * that there is a session. They are `Secure` if PUBLIC_URL is https.
 */
export const createSessionCookie = ({ publicUrl }: { readonly publicUrl: string }, clock: Clock) => {
  const secure = publicUrl.startsWith('https:');
  const name = cookieName('refresh', publicUrl);
  const deviceName = cookieName('device', publicUrl);
  const signedInName = cookieName('signed_in', publicUrl);
  const readable = { secure, sameSite: 'strict', path: '/' } as const;
  const attributes = { ...readable, httpOnly: true };

  const readCookie = ({ headers }: Request, name: string): string | undefined =>
    parseCookie(headers.cookie ?? '')[name];

  return {
    read: (request: Request): string | undefined => readCookie(request, name),
    readDevice: (request: Request): string | undefined => readCookie(request, deviceName),

    /** Delivers the refresh token as a cookie or in the body. */
    deliver(response: Response, issued: IssuedTokens, to: 'cookie' | 'body'): SignedIn {
      if (to === 'body') return issued;
      const { refresh_token, refreshDeadline, deviceToken, ...rest } = issued;
      const maxAge = refreshDeadline.getTime() - clock().getTime();
      response.cookie(name, refresh_token, { ...attributes, maxAge });
      response.cookie(signedInName, 'yes', { ...readable, maxAge });
      response.cookie(deviceName, deviceToken(), { ...attributes, maxAge: deviceTokenSeconds * 1000 });
      return rest;
    },

    clear(response: Response): void {
      response.clearCookie(name, attributes);
      response.clearCookie(signedInName, readable);
      // Not "cookies", which clears those of the whole domain, nor "cache", which has nothing private (docs/security.md).
      response.set('Clear-Site-Data', '"storage"');
    },

    /** For a browser that has lost the refresh cookie. Clears only a cookie that was sent: another site's request sends none. */
    clearSignedIn(request: Request, response: Response): void {
      if (readCookie(request, signedInName)) response.clearCookie(signedInName, readable);
    },

    /** Only our own page may use or get the cookie. The browser states the origin in headers that no script can set. */
    requireOwnOrigin({ headers }: Request): void {
      if (headers['sec-fetch-site'] === 'same-origin' || headers.origin === publicUrl) return;
      throw new Problem('origin_not_allowed', `Only ${publicUrl} may use the session cookie.`);
    },
  };
};

export type SessionCookie = ReturnType<typeof createSessionCookie>;
