import { revocationFeedPath } from '@latchkey/contract/well-known';
import * as z from 'zod/mini';
import { createJwtOpener, type FindKey } from './open-jwt.ts';

const revocationClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  revoked: z.array(z.object({ sid: z.string(), before: z.int() })),
});
/** What the feed says (docs/decisions/0006-revocation-feed.md). */
export type RevocationClaims = z.output<typeof revocationClaims>;

type Rules = { readonly issuer: string; readonly clockToleranceSeconds: number };

/** Makes the judge of the signed feed: gives its claims, or nothing where it is forged, of another issuer or too old. */
export const createRevocationVerifier = ({ issuer, clockToleranceSeconds }: Rules, findKey: FindKey) => {
  const open = createJwtOpener({ type: 'revocations+jwt', longest: 16_000_000, findKey });
  const audience = `${issuer}${revocationFeedPath}`;

  return async (token: string, nowSeconds: number): Promise<RevocationClaims | undefined> => {
    const opened = await open(token);
    const parsed = z.safeParse(revocationClaims, opened.status === 'opened' ? opened.payload : undefined);
    if (!parsed.success) return undefined;
    const { iss, aud, iat, exp } = parsed.data;
    const isTimely = iat <= nowSeconds + clockToleranceSeconds && exp + clockToleranceSeconds > nowSeconds;
    return iss === issuer && aud === audience && isTimely ? parsed.data : undefined;
  };
};

/** The revoked sessions as last heard. */
export const createRevocationSet = () => {
  let before = new Map<string, number>();
  let madeAt = Number.NEGATIVE_INFINITY;
  let believableUntil = Number.NEGATIVE_INFINITY;

  return {
    /** Until when the newest feed may be believed, in seconds since 1970. */
    believableUntil: (): number => believableUntil,

    /**
     * Takes a newer feed in place of what was known. One that is no newer only adds to it: it may come from a process
     * whose clock is behind, or from somebody who plays an old one again.
     */
    take({ iat, exp, revoked }: RevocationClaims): void {
      if (iat > madeAt) before = new Map();
      for (const { sid, before: last } of revoked) before.set(sid, Math.max(last, before.get(sid) ?? last));
      madeAt = Math.max(madeAt, iat);
      believableUntil = Math.max(believableUntil, exp);
    },

    isRevoked: ({ sid, iat }: { readonly sid: string; readonly iat: number }): boolean =>
      iat <= (before.get(sid) ?? Number.NEGATIVE_INFINITY),
  };
};
