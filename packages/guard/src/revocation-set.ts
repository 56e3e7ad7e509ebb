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
/** The claims of the feed (docs/decisions/0006-revocation-feed.md). */
export type RevocationClaims = z.output<typeof revocationClaims>;

type Rules = { readonly issuer: string; readonly clockToleranceSeconds: number };

/** Creates the verifier of the signed feed. It returns the claims, or `undefined` for a forged, foreign or expired feed. */
export const createRevocationVerifier = ({ issuer, clockToleranceSeconds }: Rules, findKey: FindKey) => {
  const open = createJwtOpener({ type: 'revocations+jwt', maxLength: 16_000_000, findKey });
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

/** The revoked sessions of the newest feed. */
export const createRevocationSet = () => {
  let before = new Map<string, number>();
  let issuedAt = Number.NEGATIVE_INFINITY;
  let validUntil = Number.NEGATIVE_INFINITY;

  return {
    /** Until when the newest feed is valid, in seconds since 1970. */
    validUntil: (): number => validUntil,

    /**
     * A newer feed replaces the set. Any other only adds to it: it may come from a process whose clock is behind, or be a
     * replay of an old one.
     */
    update({ iat, exp, revoked }: RevocationClaims): void {
      if (iat > issuedAt) before = new Map();
      for (const { sid, before: last } of revoked) before.set(sid, Math.max(last, before.get(sid) ?? last));
      issuedAt = Math.max(issuedAt, iat);
      validUntil = Math.max(validUntil, exp);
    },

    isRevoked: ({ sid, iat }: { readonly sid: string; readonly iat: number }): boolean =>
      iat <= (before.get(sid) ?? Number.NEGATIVE_INFINITY),
  };
};
