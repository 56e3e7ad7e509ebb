import { cookieName } from '@latchkey/contract/cookies';
import { attemptSeconds } from '@latchkey/contract/identities';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { newSecret } from './attempt-store.ts';

/** The cookie that binds the attempts of all windows to their browser. `state` says which attempt is meant. */
export const createAttemptCookie = ({ publicUrl }: { readonly publicUrl: string }) => {
  const name = cookieName('attempt', publicUrl);
  const attributes = {
    secure: publicUrl.startsWith('https:'),
    sameSite: 'strict',
    httpOnly: true,
    path: '/',
    maxAge: attemptSeconds * 1000,
  } as const;
  const read = ({ headers }: Request): string => parseCookie(headers.cookie ?? '')[name] ?? '';
  return {
    /** The secret of this browser, or an empty text, which no attempt has. */
    read,

    /** Keeps the secret of this browser for another attempt, or creates one. */
    renew(request: Request, response: Response): string {
      const known = read(request);
      const secret = /^[\w-]{43}$/.test(known) ? known : newSecret();
      response.cookie(name, secret, attributes);
      return secret;
    },
  };
};

export type AttemptCookie = ReturnType<typeof createAttemptCookie>;
