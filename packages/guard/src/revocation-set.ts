import { revocationFeedPath } from '@latchkey/contract/well-known';
import * as z from 'zod/mini';
import { createJwtVerifier, type FindKey } from './verify-jwt.ts';

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

/** Creates the verifier of the signed feed. */
export const createRevocationVerifier = ({ issuer, clockToleranceSeconds }: Rules, findKey: FindKey) =>
  createJwtVerifier({
    type: 'revocations+jwt',
    claims: revocationClaims,
    issuer,
    audience: `${issuer}${revocationFeedPath}`,
    maxLifeSeconds: () => Number.POSITIVE_INFINITY,
    clockToleranceSeconds,
    findKey,
    maxLength: 16_000_000,
  });

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
