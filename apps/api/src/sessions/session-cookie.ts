import type { SignedIn } from '@latchkey/contract/sessions';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { Clock } from '../clock.ts';
import { Problem } from '../http/problem.ts';
import type { Grant } from './grant.ts';

/** A browser is known for a year after it was signed in last. */
const knownForSeconds = 365 * 86_400;

/**
 * The HttpOnly cookies of a browser: one keeps it signed in, one makes it known. Their security follows from the address that
 * people see.
 */
export const createSessionCookie = ({ publicUrl }: { readonly publicUrl: string }, clock: Clock) => {
  const secure = publicUrl.startsWith('https:');
  // The prefix makes the browser refuse the cookie from another host, or without https (RFC 6265bis §4.1.3.2).
  const prefix = secure ? '__Host-' : '';
  const name = `${prefix}latchkey_refresh`;
  const deviceName = `${prefix}latchkey_device`;
  const attributes = { httpOnly: true, secure, sameSite: 'strict', path: '/' } as const;

  return {
    read: (request: Request): string | undefined => parseCookie(request.headers.cookie ?? '')[name],
    readDevice: (request: Request): string | undefined => parseCookie(request.headers.cookie ?? '')[deviceName],

    /** Hands the refresh token out where the caller wanted it: as the cookie, or in the answer's body. */
    deliver(response: Response, grant: Grant, to: 'cookie' | 'body'): SignedIn {
      if (to === 'body') return grant;
      const { refresh_token, refreshDeadline, deviceToken, ...rest } = grant;
      response.cookie(name, refresh_token, { ...attributes, maxAge: refreshDeadline.getTime() - clock().getTime() });
      response.cookie(deviceName, deviceToken(), { ...attributes, maxAge: knownForSeconds * 1000 });
      return rest;
    },

    clear(response: Response): void {
      response.clearCookie(name, attributes);
    },

    /** Whoever uses the cookie, or asks for one, must be our own page: the browser says so in headers no script can set. */
    requireOwnOrigin({ headers }: Request): void {
      if (headers['sec-fetch-site'] === 'same-origin' || headers.origin === publicUrl) return;
      throw new Problem('origin_not_allowed', `Calls that use the cookie are taken from ${publicUrl} only.`);
    },
  };
};

export type SessionCookie = ReturnType<typeof createSessionCookie>;
