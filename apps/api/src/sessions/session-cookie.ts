import { cookieName } from '@latchkey/contract/cookies';
import type { SignedIn } from '@latchkey/contract/sessions';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { Clock } from '../clock.ts';
import { Problem } from '../problem.ts';
import { deviceTokenSeconds } from './device-token.ts';
import type { IssuedTokens } from './issue-tokens.ts';

/**
 * The cookies of a browser: one keeps it signed in, one makes it known, and one, which scripts can read, tells the web app
 * that there is a session. Their security follows from the address that people see.
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

    /** Hands the refresh token out where the caller wanted it: as the cookie, or in the answer's body. */
    deliver(response: Response, issueTokens: IssuedTokens, to: 'cookie' | 'body'): SignedIn {
      if (to === 'body') return issueTokens;
      const { refresh_token, refreshDeadline, deviceToken, ...rest } = issueTokens;
      const maxAge = refreshDeadline.getTime() - clock().getTime();
      response.cookie(name, refresh_token, { ...attributes, maxAge });
      response.cookie(signedInName, 'yes', { ...readable, maxAge });
      response.cookie(deviceName, deviceToken(), { ...attributes, maxAge: deviceTokenSeconds * 1000 });
      return rest;
    },

    clear(response: Response): void {
      response.clearCookie(name, attributes);
      response.clearCookie(signedInName, readable);
      // Not "cookies", which takes those of every host of the domain, nor "cache", which holds nothing private (docs/security.md).
      response.set('Clear-Site-Data', '"storage"');
    },

    /** For a browser that has lost the refresh cookie: only what came is cleared, and another site's request brings nothing. */
    clearSignedIn(request: Request, response: Response): void {
      if (readCookie(request, signedInName)) response.clearCookie(signedInName, readable);
    },

    /** Whoever uses the cookie, or asks for one, must be our own page: the browser says so in headers no script can set. */
    requireOwnOrigin({ headers }: Request): void {
      if (headers['sec-fetch-site'] === 'same-origin' || headers.origin === publicUrl) return;
      throw new Problem('origin_not_allowed', `Only ${publicUrl} may use the session cookie.`);
    },
  };
};

export type SessionCookie = ReturnType<typeof createSessionCookie>;
