import { createHash, createPublicKey } from 'node:crypto';
import { appIdPattern } from '@latchkey/contract/apps';
import { parseJson } from '@latchkey/contract/jwt';
import * as z from 'zod/mini';
import type { App, AppStore } from '../apps/app-store.ts';
import { type Clock, toNumericDate } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { payloadOfApp } from '../keys/jwt.ts';
import { Problem } from '../problem.ts';
import type { AssertionStore } from './assertion-store.ts';

type Needs = {
  readonly apps: AppStore;
  readonly assertions: AssertionStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly clockToleranceSeconds: number;
  readonly issuer: string;
};

/** RFC 7523 §2.2. */
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const maxLength = 4096;
/** Used ones are kept until they expire. */
const maxLifeSeconds = 3600;

/** RFC 7523 §3; OpenID Connect Core §9 requires `jti`. */
const claims = z.object({
  iss: z.string(),
  sub: z.string().check(z.regex(appIdPattern)),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  iat: z.optional(z.number()),
  nbf: z.optional(z.number()),
  jti: z.string().check(z.minLength(1), z.maxLength(255)),
});

const refused = (): Problem => new Problem('invalid_client', 'The client assertion is not valid.');

/**
 * Finds the app that has signed a client assertion with its private key. Each works once.
 * @throws Problem `invalid_client`
 */
export const findAssertingApp =
  ({ apps, assertions, transaction, clock, clockToleranceSeconds: tolerance, issuer }: Needs) =>
  async (type: string, assertion: string): Promise<App> => {
    if (type !== assertionType || assertion.length > maxLength) throw refused();
    // Not verified yet: it only says whose key to take.
    const [, unverified = ''] = assertion.split('.');
    const { data: claimed } = z.safeParse(claims, parseJson(Buffer.from(unverified, 'base64url')));
    const app = claimed && (await apps.findById(claimed.sub));
    if (!app?.publicKey) throw refused();
    const { data: verified } = z.safeParse(claims, payloadOfApp(assertion, createPublicKey(app.publicKey)));
    const now = toNumericDate(clock());
    // RFC 7523 asks for the token endpoint, OAuth 2.1 for the issuer.
    const audiences = [issuer, `${issuer}/api/oauth/token`];
    if (
      verified?.iss !== app.id ||
      verified.sub !== app.id ||
      ![verified.aud].flat().some((audience) => audiences.includes(audience)) ||
      verified.exp + tolerance <= now ||
      verified.exp > now + maxLifeSeconds + tolerance ||
      (verified.nbf ?? 0) > now + tolerance ||
      (verified.iat ?? 0) > now + tolerance
    )
      throw refused();
    const hash = createHash('sha256').update(`client assertion\n${app.id}\n${verified.jti}`).digest('base64url');
    const expiresAt = new Date((verified.exp + tolerance) * 1000);
    if (!(await transaction((write) => assertions.use(write, hash, expiresAt)))) throw refused();
    return app;
  };

export type FindAssertingApp = ReturnType<typeof findAssertingApp>;
